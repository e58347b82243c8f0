import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { DOUBLE_CLICK_MS } from '../../design/double-click.ts';
import { declinedCourses } from './declined-courses.ts';

/**
 * What is asked: to take part, at first or after a reload; for reminders that went off with one; or, once measuring runs, on
 * which screen the class is. A browser that cannot measure is asked nothing.
 */
export type Asked = 'first' | 'again' | 'remind-again' | 'screens';

/** Whether a card that asks stands beside the class, and which. Made where a component begins. */
export class TakePartAsk {
  readonly #session: ClassSession;
  #isDismissed = $state(false);
  /** A moment longer than it is open: the card must not come under the second click of a double one. */
  #wasInvited = $state(false);
  readonly kind: Asked | null = $derived.by(() => this.#ask());

  constructor(session: ClassSession) {
    this.#session = session;
    $effect(() => {
      if (session.invitedBy !== null) {
        this.#wasInvited = true;
        return;
      }
      const timer = setTimeout(() => (this.#wasInvited = false), DOUBLE_CLICK_MS);
      return () => {
        clearTimeout(timer);
      };
    });
  }

  dismiss(): void {
    this.#isDismissed = true;
  }

  #ask(): Asked | null {
    const { invitedBy, me, onStage, measuring, screens } = this.#session;
    const isInvited = this.#wasInvited || invitedBy !== null;
    if (me.role !== 'student' || onStage || isInvited) return null;
    if (measuring.purposes.length > 0 && !screens.asked) return 'screens';
    if (measuring.state === 'unavailable') return null;
    const permission = this.#askPermission();
    return permission === null || measuring.browserLack !== null ? null : permission;
  }

  #askPermission(): Exclude<Asked, 'screens'> | null {
    const { card, signal, reminders } = this.#session;
    // What went off with a reload comes before what was never asked.
    if (!this.#isDismissed && signal.offered && signal.standing) return 'again';
    if (!this.#isDismissed && reminders.offered && reminders.standing) return 'remind-again';
    const isNew = signal.contributing === null && !declinedCourses.has(card.courseId);
    return signal.offered && isNew ? 'first' : null;
  }
}
