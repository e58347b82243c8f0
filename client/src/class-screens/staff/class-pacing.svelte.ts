import { untrack } from 'svelte';
import { lacksFiles } from '../../attention/assets.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { toasts } from '../../design/toasts.svelte.ts';
import { spokenText } from '../../pacing/headline-text.ts';
import { headline, standingOf } from '../../pacing/headline.ts';
import { startOf } from './class-time.ts';
import type { PacingProps } from '../../pacing/pacing-props.ts';

/**
 * What the pacing view of a class shows, as plain data that follows the session. Tells a screen reader what changes in it,
 * however far the view is folded. Belongs to the component that makes it.
 */
export class ClassPacing {
  readonly #session: ClassSession;
  /** Wall-clock time of the class clock's zero. Fixed once it is known, so that times on the axis never jitter. */
  #startedAt: Date | null = null;
  #lacksFiles = $state(false);

  readonly props: PacingProps = $derived.by(() => {
    const session = this.#session;
    return {
      pacing: session.pacing,
      events: session.events,
      participation: session.participation,
      startedAt: this.#startOf(),
      lacksFiles: this.#lacksFiles,
      synthetic: session.card.synthetic,
      hands: session.hands.count,
      hearing: session.counts.hearing,
      unread: session.chat.unread,
    };
  });

  constructor(session: ClassSession) {
    this.#session = session;
    if (session.me.role === 'student') return;
    if (session.institution.permitted.cohort) void lacksFiles().then((lacks) => (this.#lacksFiles = lacks));
    this.#announce();
  }

  /** A change of level or state is told, not every figure. */
  #announce(): void {
    const now = $derived.by(() => {
      const { pacing, startedAt } = this.props;
      return pacing === null ? null : headline(pacing, { live: startedAt !== null, onBreak: false });
    });
    const standing = $derived(now === null ? null : standingOf(now));
    let before: typeof standing = null;
    $effect(() => {
      if (before !== null && standing !== null && standing !== before)
        untrack(() => {
          if (now !== null) toasts.announce(spokenText(now));
        });
      before = standing;
    });
  }

  #startOf(): Date | null {
    if (this.#startedAt !== null) return this.#startedAt;
    const clockMs = this.#session.classClockMs();
    if (clockMs !== null) this.#startedAt = startOf(clockMs, Date.now());
    return this.#startedAt;
  }
}
