import type { ClassId, ContributorId, Pacing, SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import { contributorId } from '../classroom/contributor-id.ts';
import type { LiveClass } from '../classroom/live-class.ts';
import type { ClassMedia } from '../media/class-media.ts';
import { emptyPacing } from '../signals/empty-pacing.ts';
import type { Offers } from './class-views.ts';
import type { LiveClassesDeps } from './live-classes-deps.ts';

interface Around {
  readonly classId: ClassId;
  readonly live: LiveClass;
  readonly media: ClassMedia;
  readonly deps: Pick<LiveClassesDeps, 'signals' | 'institution'>;
  readonly minimumCohort: number;
  readonly logger: Logger;
  /** Whether students may be asked has changed. */
  readonly onOfferChanged: () => void;
  readonly tellStaff: (pacing: Pacing) => void;
}

/** The signal of one class: whether it may be asked for, from the students' data channels to the relay, and back to staff. */
export class ClassSignals {
  readonly #around: Around;
  /** Contributor ids derive from it; null once the class has ended. */
  #secret: Uint8Array | null;
  readonly #contributors = new Map<SeatId, ContributorId>();
  #followed = false;
  /** The class comes back after a restart of the server with its signal on. */
  readonly #resumed: boolean;
  #wasOffered = false;
  #wereRemindersOffered = false;
  #wasLive = false;

  constructor(around: Around, secret: Uint8Array | null) {
    this.#around = around;
    this.#secret = secret;
    this.#resumed = this.offered();
    around.media.on('signal', (seatId, bytes) => {
      this.#accept(seatId, bytes);
    });
    // It is derived again should they come back.
    around.live.seats.on('left', (seatId) => this.#contributors.delete(seatId));
  }

  /** What students may be asked for now: institution, jurisdiction and class all allow it, and the class is live. */
  offers(): Offers {
    const { live, deps } = this.#around;
    const { status, signalEnabled } = live.state;
    const { cohort, device } = deps.institution.current().permitted;
    const measures = status === 'live' && signalEnabled;
    return { signalOffered: measures && cohort, remindersOffered: measures && device };
  }

  /** True when students may be asked to contribute now. */
  offered(): boolean {
    return this.offers().signalOffered;
  }

  /** Follows up on a change of the class or of the institution's rules; what is not allowed any more ends at once. */
  review(): void {
    const { live } = this.#around;
    const { signalOffered: offered, remindersOffered } = this.offers();
    const isLive = live.state.status === 'live';
    if (offered && !this.#followed) this.#follow();
    const offerChanged = offered !== this.#wasOffered;
    const began = isLive && !this.#wasLive;
    const remindersChanged = remindersOffered !== this.#wereRemindersOffered;
    this.#wasOffered = offered;
    this.#wereRemindersOffered = remindersOffered;
    this.#wasLive = isLive;
    if (offerChanged || remindersChanged) this.#around.onOfferChanged();
    if (offerChanged) this.#offerChanged(offered);
    // A class that begins with its signal off has a pacing view too: until then staff were told of none.
    if (isLive && (offerChanged || began)) void this.#tellPacing();
  }

  /** What staff see now; null while the class is not live. */
  async pacing(): Promise<Pacing | null> {
    const { live, deps, classId, minimumCohort } = this.#around;
    if (live.state.status !== 'live') return null;
    // A class whose signal was never on is not followed: there is nothing to ask for.
    if (!this.#followed) return emptyPacing('off', minimumCohort);
    return this.#masked(await deps.signals.pacing(classId));
  }

  /** A student took the permission back, or is gone for good: the channel ends, and what is on its way is not used. */
  revoke(seatId: SeatId): void {
    const { media, deps, classId } = this.#around;
    this.#contributors.delete(seatId);
    media.closeLink(seatId, 'signal');
    deps.signals.forget(classId, seatId);
  }

  /** The relay closed a window. */
  pacingChanged(pacing: Pacing): void {
    if (this.#around.live.state.status === 'live') this.#around.tellStaff(this.#masked(pacing));
  }

  /** The class ended: its contributor ids cannot be derived any more, and its last windows are closed. */
  async end(): Promise<void> {
    const { deps, classId, logger } = this.#around;
    this.#secret = null;
    this.#contributors.clear();
    if (!this.#followed) return;
    await deps.signals.unfollow(classId).catch((error: unknown) => {
      logger.error({ err: error }, 'the signals of a class could not be closed');
    });
  }

  #accept(seatId: SeatId, bytes: Uint8Array): void {
    const { live, deps, classId } = this.#around;
    if (!this.#secret || !this.offered() || !live.contributions.isGranted(seatId)) return;
    deps.signals.accept(classId, this.#contributorOf(seatId, this.#secret), seatId, bytes);
  }

  /** Derived once for each seat: one comes for every window. */
  #contributorOf(seatId: SeatId, secret: Uint8Array): ContributorId {
    const known = this.#contributors.get(seatId) ?? contributorId(secret, seatId);
    this.#contributors.set(seatId, known);
    return known;
  }

  #offerChanged(offered: boolean): void {
    const { live, media, deps, classId } = this.#around;
    if (!offered) for (const { person } of live.seats.all()) media.closeLink(person.seatId, 'signal');
    // Switched off while the class goes on; what was sent until a class's end counts.
    if (!offered && live.state.status === 'live') deps.signals.forget(classId, null);
  }

  #follow(): void {
    const { live, deps, classId, minimumCohort, logger } = this.#around;
    this.#followed = true;
    const clock = () => live.state.lastClassClockMs();
    const present = () => live.seats.students;
    // Switched on for the first time, there is nothing of before to wait for or to close.
    deps.signals.follow(classId, { clock, resumed: this.#resumed, present, minimumCohort }).catch((error: unknown) => {
      this.#followed = false;
      logger.error({ err: error }, 'the signals of a class could not be followed; it is tried again');
    });
  }

  async #tellPacing(): Promise<void> {
    try {
      const pacing = await this.pacing();
      if (pacing) this.#around.tellStaff(pacing);
    } catch (error) {
      this.#around.logger.error({ err: error }, 'the pacing of a class could not be read');
    }
  }

  /** While the signal is switched off there is no current figure; what was published stays and is shown again with the next one. */
  #masked(pacing: Pacing): Pacing {
    return this.offered() ? pacing : { ...pacing, state: 'off', current: null };
  }
}
