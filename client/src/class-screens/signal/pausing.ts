import type { ClassSession } from '../../classroom/class-session.svelte.ts';

/** A personal pause lasts so long unless it is ended before. */
export const PAUSE_MINUTES = 5;

/** Camera and measuring rest, whatever they were for; no reminder comes either. */
export function pauseMeasuring({ reminders }: Pick<ClassSession, 'reminders'>): void {
  reminders.pause(PAUSE_MINUTES * 60_000);
}
