import type { SeatId, WireRtpCapabilities } from '@lectern/contracts';
import type { MeasuredWindow } from '../attention/attention-session.ts';
import type { ClassClock } from './class-clock.ts';
import type { SentDatagram, SentTotals } from './datagram-outbox.ts';
import type { OwnMeasuring } from './own-measuring.svelte.ts';
import { RecordedPermission } from './recorded-permission.svelte.ts';
import type { SignalChannel } from './signal-channel.ts';
import type { SignallingClient } from './signalling-client.ts';

/** Version of the wording that the take-part dialog shows; a new wording gets a new number. */
const WORDING = 'contribute-4';

/** What the contribution needs to know of the class around it. */
export interface ContributionSurroundings {
  readonly seatId: SeatId;
  readonly signalling: Pick<SignallingClient, 'request'>;
  readonly channel: Pick<SignalChannel, 'on' | 'open' | 'send' | 'close'>;
  readonly measuring: OwnMeasuring;
  readonly clock: Pick<ClassClock, 'shownMs'>;
  readonly capabilities: () => WireRtpCapabilities;
}

/**
 * A student's part in the signal: permission and channel, with the windows that are measured for it. Nothing is opened before
 * the permission; taking it back ends the channel at once, and the measuring unless the student has another use for it.
 */
export class Contribution {
  sent: readonly SentDatagram[] = $state.raw([]);
  /** Of what has left this page since it was loaded. */
  totals: SentTotals = $state.raw({ datagrams: 0, bytes: 0, scored: 0, unclear: 0 });
  readonly #permission: RecordedPermission;
  readonly #around: ContributionSurroundings;

  constructor(around: ContributionSurroundings) {
    this.#around = around;
    const { seatId, signalling, channel, measuring } = around;
    this.#permission = new RecordedPermission({ permission: 'contribute', wording: WORDING, seatId, signalling });
    channel.on('sent', ({ shown, totals }) => {
      this.sent = shown;
      this.totals = totals;
    });
    measuring.on('window', (window) => {
      if (measuring.purposes.includes('contribute')) this.#send(window);
    });
    measuring.on('unavailable', () => {
      channel.close();
    });
  }

  /** True when students may be asked in this class now. */
  get offered(): boolean {
    return this.#permission.offered;
  }

  /** The recorded answer; null while the student was not asked yet. */
  get contributing(): boolean | null {
    return this.#permission.granted;
  }

  /** True from the answer until this device measures for the class no longer; during a pause too. */
  get running(): boolean {
    return this.#around.measuring.purposes.includes('contribute');
  }

  /** True while a Yes stands on record and nothing runs: after a reload, or where this device cannot measure. */
  get standing(): boolean {
    return this.contributing === true && !this.running;
  }

  /**
   * Records the permission and starts measuring by this camera, or by the one that is on for the student alone. Rejects with
   * LecternError, `signal-off` when the class has switched it off meanwhile; the track stays the caller's then.
   */
  async contribute(track: MediaStreamTrack | null): Promise<void> {
    if (!(await this.#permission.give())) {
      track?.stop();
      return;
    }
    const { channel, measuring, capabilities } = this.#around;
    channel.open(capabilities());
    measuring.begin('contribute', track);
  }

  /** Takes the permission back: the channel ends at once. The No is kept until the server has it. Never rejects. */
  async stopContributing(): Promise<void> {
    this.#end();
    await this.#permission.deny();
  }

  /** A polite No: kept until the server has it, so that it is not asked again. Never rejects. */
  async declineContributing(): Promise<void> {
    await this.#permission.deny();
  }

  /** Takes the recorded answer from a new connection's snapshot; a No that it does not know of yet is newer, and sent again. */
  arrived(contributing: boolean | null): void {
    this.#permission.arrived(contributing);
  }

  /** What the class allows now. Switched off, everything ends and the recorded answer stays. */
  allow(offered: boolean): void {
    if (this.#permission.offered && !offered) this.#end();
    this.#permission.offered = offered;
  }

  close(): void {
    this.#permission.close();
    this.#end();
  }

  #send({ windowIndex, outcome, modelTag }: MeasuredWindow): void {
    const { channel, clock, measuring } = this.#around;
    try {
      channel.send({ window: windowIndex, outcome, modelTag }, clock.shownMs());
    } catch (error) {
      // Nothing left. What would send more than it may does not go on measuring.
      measuring.giveUp('worker-crashed');
      throw error;
    }
  }

  #end(): void {
    this.#around.measuring.end('contribute');
    this.#around.channel.close();
  }
}
