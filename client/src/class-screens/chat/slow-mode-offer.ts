import { mayDo } from '@lectern/contracts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';

/** What is offered where more is written than anybody can read: one message per person in so many seconds. */
export const OFFERED_SLOW_MODE_S = 30;

interface Surroundings {
  readonly chat: Pick<ClassSession['chat'], 'rushed' | 'settings'>;
  readonly me: Pick<ClassSession['me'], 'role'>;
  readonly onStage: boolean;
}

/** True while slow mode is offered to this person, who has not declined it. Reads reactive state: call it where that is followed. */
export function slowModeOffered(
  { chat: { rushed, settings }, me, onStage }: Surroundings,
  { noSlowMode }: { readonly noSlowMode: boolean },
): boolean {
  const isOpenToAll = settings.slowModeSeconds === 0 && settings.writers === 'everyone';
  return rushed && isOpenToAll && !noSlowMode && mayDo('set the chat', me.role, onStage);
}
