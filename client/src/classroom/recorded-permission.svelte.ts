import { LecternError, type Permission, type SeatId } from '@lectern/contracts';
import { KeptNames } from '../app/kept-names.ts';
import type { SignallingClient } from './signalling-client.ts';

/** When a No that the server did not take is sent again, where the server does not say. */
const SAY_NO_AGAIN_MS = 5000;
/** Permissions of seats whose newest answer is a No that the server may not have: it outlives the page. */
const unrecordedNos = new KeptNames('lectern.unrecorded-no', 40);

export interface PermissionQuestion {
  readonly permission: Permission;
  /** Version of the wording that the student reads; a new wording gets a new number. */
  readonly wording: string;
  readonly seatId: SeatId;
  readonly signalling: Pick<SignallingClient, 'request'>;
}

/**
 * One permission of a student as it stands on record. A Yes counts once the server has it; a No counts at once, and is kept, over
 * the end of the page too, until the server has it.
 */
export class RecordedPermission {
  /** True when students may be asked in this class now. */
  offered = $state(false);
  /** The recorded answer; null while the student was not asked yet. */
  granted: boolean | null = $state(null);

  readonly #question: PermissionQuestion;
  readonly #keptAs: string;
  /** Counts what the student answered: an answer that was overtaken on its way starts nothing. */
  #answers = 0;
  #noAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(question: PermissionQuestion) {
    this.#question = question;
    const { permission, seatId } = question;
    this.#keptAs = permission === 'contribute' ? seatId : `${permission} ${seatId}`;
  }

  /**
   * Records a Yes. False when another answer overtook it: nothing is to be started then. Rejects with LecternError,
   * `signal-off` when it is not offered any more.
   */
  async give(): Promise<boolean> {
    const answer = ++this.#answers;
    clearTimeout(this.#noAgain);
    try {
      await this.#record(true);
    } catch (error) {
      if (answer === this.#answers && this.#unrecordedNo) this.#sayNoLater();
      throw error;
    }
    const isNewest = answer === this.#answers;
    if (isNewest) {
      this.#unrecordedNo = false;
      this.granted = true;
    }
    if (!this.offered) throw new LecternError('signal-off');
    return isNewest;
  }

  /** A No, to the question or to what was permitted before. Never rejects. */
  async deny(): Promise<void> {
    this.#answers++;
    await this.#sayNo();
  }

  /** Takes the recorded answer from a new connection's snapshot; a No that it does not know of yet is newer, and sent again. */
  arrived(granted: boolean | null): void {
    this.granted = this.#unrecordedNo ? false : granted;
    if (this.#unrecordedNo) void this.#sayNo();
  }

  close(): void {
    this.#answers++;
    clearTimeout(this.#noAgain);
  }

  get #unrecordedNo(): boolean {
    return unrecordedNos.has(this.#keptAs);
  }

  set #unrecordedNo(stands: boolean) {
    if (stands) unrecordedNos.add(this.#keptAs);
    else unrecordedNos.remove(this.#keptAs);
  }

  async #sayNo(): Promise<void> {
    const answer = this.#answers;
    clearTimeout(this.#noAgain);
    this.#unrecordedNo = true;
    this.granted = false;
    try {
      await this.#record(false);
      if (answer === this.#answers) this.#unrecordedNo = false;
    } catch (error) {
      // The connection is away, or the server could not write it down just now.
      if (answer === this.#answers) this.#sayNoLater(error instanceof LecternError ? error.retryAfterMs : undefined);
    }
  }

  #sayNoLater(delayMs: number = SAY_NO_AGAIN_MS): void {
    clearTimeout(this.#noAgain);
    this.#noAgain = setTimeout(() => void this.#sayNo(), delayMs);
  }

  async #record(granted: boolean): Promise<void> {
    const { permission, wording, signalling } = this.#question;
    await signalling.request('set-permission', {
      ...{ permission, granted, wording },
      language: document.documentElement.lang || 'en',
    });
  }
}
