import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { DOUBLE_CLICK_MS } from '../../design/double-click.ts';
import { declinedCourses } from './declined-courses.ts';

/** Whether the card that asks stands beside the class, and in how many words. Made where a component begins. */
export class TakePartAsk {
  readonly #session: ClassSession;
  #isDismissed = $state(false);
  /** A moment longer than it is open: the card must not come under the second click of a double one. */
  #wasInvited = $state(false);
  readonly kind: 'first' | 'again' | null = $derived.by(() => this.#ask());

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

  #ask(): 'first' | 'again' | null {
    const { card, invitedBy, me, onStage } = this.#session;
    const { offered, contributing, lamp } = this.#session.signal;
    const isInvited = this.#wasInvited || invitedBy !== null;
    if (me.role !== 'student' || !offered || onStage || isInvited || lamp !== 'camera-off') return null;
    if (contributing === null) return declinedCourses.has(card.courseId) ? null : 'first';
    return contributing && !this.#isDismissed ? 'again' : null;
  }
}
