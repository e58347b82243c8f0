import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { startOf } from './class-time.ts';
import type { PacingProps } from '../../pacing/pacing-props.ts';

/** What the pacing view of a class shows, as plain data that follows the session. */
export class ClassPacing {
  readonly #session: ClassSession;
  /** Wall-clock time of the class clock's zero. Fixed once it is known, so that times on the axis never jitter. */
  #startedAt: Date | null = null;

  readonly props: PacingProps = $derived.by(() => {
    const session = this.#session;
    return {
      pacing: session.pacing,
      events: session.events,
      participation: session.participation,
      startedAt: this.#startOf(),
      hands: session.hands.count,
      hearing: session.counts.hearing,
      unread: session.chat.unread,
    };
  });

  constructor(session: ClassSession) {
    this.#session = session;
  }

  #startOf(): Date | null {
    if (this.#startedAt !== null) return this.#startedAt;
    const clockMs = this.#session.classClockMs();
    if (clockMs !== null) this.#startedAt = startOf(clockMs, Date.now());
    return this.#startedAt;
  }
}
