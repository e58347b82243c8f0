import { errorText } from '../../app/error-text.ts';
import { toasts } from '../../design/toasts.svelte.ts';

/** Does what a click asks for; when it is refused, says why in a toast. Resolves to whether it worked, never rejects. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    toasts.show(errorText(error), 'error');
    return false;
  }
}
