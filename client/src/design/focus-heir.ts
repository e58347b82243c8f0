import { tick } from 'svelte';
import { isFocusLost } from './heading-focus.ts';

/** Changes what is shown; a focus that goes with it goes on to the heir. */
export async function passFocus(change: () => void, heir: () => HTMLElement | null | undefined): Promise<void> {
  change();
  await tick();
  if (isFocusLost()) heir()?.focus();
}

/**
 * For a list whose buttons give way to others, whenever the server says so: a focus that goes with its button goes on to the
 * first button of the same row, where the row is gone to the first of the list, and to the list itself where that is empty.
 */
export function focusHeirs(list: HTMLElement): () => void {
  let held: HTMLElement | null = null;
  let row: Element | null = null;

  function hold({ target }: FocusEvent): void {
    held = target instanceof HTMLElement ? target : null;
    row = held?.closest('li') ?? null;
  }

  /** Whoever goes elsewhere is not fetched back; a button that is taken away loses the focus, too, and is gone a moment later. */
  function release({ target }: FocusEvent): void {
    queueMicrotask(() => {
      if (target === held && held?.isConnected) held = null;
    });
  }

  function bequeath(): void {
    if (held === null || held.isConnected) return;
    held = null;
    if (!isFocusLost()) return;
    const heir = (row?.isConnected ? row.querySelector('button') : null) ?? list.querySelector('button') ?? list;
    if (heir === list) list.tabIndex = -1;
    heir.focus();
  }

  list.addEventListener('focusin', hold);
  list.addEventListener('focusout', release);
  const observer = new MutationObserver(bequeath);
  observer.observe(list, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    list.removeEventListener('focusin', hold);
    list.removeEventListener('focusout', release);
  };
}
