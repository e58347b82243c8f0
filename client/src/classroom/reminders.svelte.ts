import type { SeatId } from '@lectern/contracts';
import type { MeasuredWindow } from '../attention/attention-session.ts';
import type { MinutesKeeper } from './minutes-keeper.svelte.ts';
import type { OwnMeasuring } from './own-measuring.svelte.ts';
import { QuietMinutes } from './quiet-minutes.ts';
import { RecordedPermission } from './recorded-permission.svelte.ts';
import type { SignallingClient } from './signalling-client.ts';

/** Version of the wording that the dialog shows; a new wording gets a new number. */
const WORDING = 'remind-2';
/** A reminder that nobody answers goes by itself. */
const SHOWN_FOR_MS = 5 * 60_000;

export interface RemindersSurroundings {
  readonly seatId: SeatId;
  readonly signalling: Pick<SignallingClient, 'request'>;
  readonly measuring: OwnMeasuring;
  readonly minutes: Pick<MinutesKeeper, 'note'>;
  /** False while a reminder would be out of place: the page is hidden, the student on the stage, the class not under way. */
  readonly welcome: () => boolean;
}

/**
 * A student's reminders for themselves, and their own minutes: the permission is recorded, and nothing else of it leaves the
 * page. What is measured comes from this device, what is made of it stays here.
 */
export class Reminders {
  /** True while a reminder stands on the screen. */
  shown = $state(false);
  readonly #permission: RecordedPermission;
  readonly #around: RemindersSurroundings;
  readonly #quiet = new QuietMinutes();
  #goes: ReturnType<typeof setTimeout> | undefined;

  constructor(around: RemindersSurroundings) {
    this.#around = around;
    const { seatId, signalling, measuring } = around;
    this.#permission = new RecordedPermission({ permission: 'remind', wording: WORDING, seatId, signalling });
    measuring.on('window', (window) => {
      if (this.running) this.#take(window);
    });
  }

  /** True when students may have this in this class now. */
  get offered(): boolean {
    return this.#permission.offered;
  }

  /** True from the Yes until this device measures for it no longer; during a pause too. */
  get running(): boolean {
    return this.#around.measuring.purposes.includes('remind');
  }

  /** True while a Yes stands on record and nothing runs: after a reload, or where this device cannot measure. */
  get standing(): boolean {
    return this.#permission.granted === true && !this.running;
  }

  /**
   * Records the permission and measures by this camera, or by the one that is on already. Rejects with LecternError; the track
   * stays the caller's then.
   */
  async start(track: MediaStreamTrack | null): Promise<void> {
    if (await this.#permission.give()) this.#around.measuring.begin('remind', track);
    else track?.stop();
  }

  /** Ends it at once. The No is kept until the server has it. Never rejects. */
  async stop(): Promise<void> {
    this.#end();
    await this.#permission.deny();
  }

  /** Takes the reminder away. */
  dismiss(): void {
    clearTimeout(this.#goes);
    this.shown = false;
  }

  /** Takes the reminder away; none comes for so long. */
  snooze(forMs: number): void {
    this.dismiss();
    this.#quiet.snooze(forMs);
  }

  /** Camera and measuring rest for so long; what was before counts for no reminder any more. */
  pause(forMs: number): void {
    this.dismiss();
    this.#quiet.restart();
    this.#around.measuring.pause(forMs);
  }

  arrived(reminding: boolean | null): void {
    this.#permission.arrived(reminding);
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

  #take(window: MeasuredWindow): void {
    this.#around.minutes.note(window);
    if (this.#quiet.note(window, this.#around.welcome())) this.#remind();
  }

  #remind(): void {
    this.shown = true;
    clearTimeout(this.#goes);
    this.#goes = setTimeout(() => {
      this.shown = false;
    }, SHOWN_FOR_MS);
  }

  #end(): void {
    this.dismiss();
    this.#quiet.restart();
    this.#around.measuring.end('remind');
  }
}
