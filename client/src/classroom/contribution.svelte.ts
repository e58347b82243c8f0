import { LecternError, type SeatId, type WireRtpCapabilities } from '@lectern/contracts';
import type {
  AttentionSession,
  AttentionState,
  MeasuredWindow,
  UnavailableReason as AttentionUnavailable,
} from '../attention/attention-session.ts';
import { tabStorage } from '../app/device-storage.ts';
import { KeptNames } from '../app/kept-names.ts';
import type { ClassClock } from './class-clock.ts';
import { downloadDelayMs } from './download-delay.ts';
import type { LinkFigures } from './link-figures.ts';
import { ownBuild } from './page-reload.ts';
import type { SignalChannel } from './signal-channel.ts';
import type { SignallingClient } from './signalling-client.ts';
import type { SentDatagram } from './datagram-outbox.ts';

/** Version of the wording that the take-part dialog shows; a new wording gets a new number. */
const WORDING = 'contribute-4';
/** The build with which this tab has measured: it has that one’s files then, and a reload finds them in the browser’s cache. */
const MEASURED = 'lectern.measured';
/** When a No that the server did not take is sent again, where the server does not say. */
const SAY_NO_AGAIN_MS = 5000;
/** Seats whose newest answer is a No that the server may not have: it outlives the page. */
const unrecordedNos = new KeptNames('lectern.unrecorded-no', 20);
/** How long a download waits for the first picture of the stage at most. */
const YIELD_TO_MEDIA_MS = 5000;
const STRAINED_HZ = 2;
const FULL_HZ = 10;
const STRAINED = { lossShare: 0.05, droppedShare: 0.1 };

type UnavailableReason = AttentionUnavailable | 'camera-ended';
type Lamp = 'camera-off' | 'starting' | 'downloading' | 'taking-part' | 'unavailable';

/** What the contribution needs to know of the class around it. */
export interface ContributionSurroundings {
  readonly seatId: SeatId;
  readonly signalling: Pick<SignallingClient, 'request'>;
  readonly channel: Pick<SignalChannel, 'on' | 'open' | 'send' | 'close'>;
  readonly clock: ClassClock;
  /** Windows are placed by the clock from now on. */
  readonly needClock: () => void;
  readonly capabilities: () => WireRtpCapabilities;
  readonly studentsPresent: () => number;
  /** Resolves once the stage's media arrives, or at once when there is nothing to wait for. */
  readonly firstMedia: () => Promise<void>;
}

/**
 * A student's part in the signal: permission, camera, measuring and channel, started and ended together. Nothing of it is
 * loaded or opened before the permission; taking it back ends all of it at once.
 */
export class Contribution {
  /** True when students may be asked in this class now. */
  offered = $state(false);
  /** The recorded answer; null while the student was not asked yet. */
  contributing: boolean | null = $state(null);
  lamp: Lamp = $state('camera-off');
  unavailableReason: UnavailableReason | null = $state(null);
  download: { receivedBytes: number; totalBytes: number } | null = $state.raw(null);
  sent: readonly SentDatagram[] = $state.raw([]);

  /** True from the answer until the camera is off again. */
  readonly running = $derived(this.lamp === 'taking-part' || this.lamp === 'downloading' || this.lamp === 'starting');
  /** True while a Yes stands on record and nothing runs: after a reload, or where this device cannot measure. */
  readonly standing = $derived(this.contributing === true && !this.running);

  readonly #around: ContributionSurroundings;
  #track: MediaStreamTrack | null = null;
  #attention: AttentionSession | null = null;
  #stopListening = new AbortController();
  /** Counts what the student answered: an answer that was overtaken on its way starts nothing. */
  #answers = 0;
  #noAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(around: ContributionSurroundings) {
    this.#around = around;
    around.channel.on('sent', (sent) => {
      this.sent = sent;
    });
  }

  /** A No that the server may not have: sent again after a while, and with each connection, until it has it. */
  get #unrecordedNo(): boolean {
    return unrecordedNos.has(this.#around.seatId);
  }

  set #unrecordedNo(stands: boolean) {
    if (stands) unrecordedNos.add(this.#around.seatId);
    else unrecordedNos.remove(this.#around.seatId);
  }

  /**
   * Records the permission and starts measuring; owns the track from then on. Rejects with LecternError, `signal-off` when
   * the class has switched it off meanwhile; the track stays the caller's then.
   */
  async contribute(track: MediaStreamTrack): Promise<void> {
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
      this.contributing = true;
    }
    if (!this.offered) throw new LecternError('signal-off');
    if (!isNewest) {
      track.stop();
      return;
    }
    this.#end();
    this.#track = track;
    const run = new AbortController();
    this.#stopListening = run;
    track.addEventListener('ended', () => this.#cameraEnded(track), { signal: run.signal });
    this.lamp = 'starting';
    this.#around.channel.open(this.#around.capabilities());
    void this.#startMeasuring(track, run.signal);
  }

  /** Takes the permission back: camera, worker and channel end at once. The No is kept until the server has it. Never rejects. */
  async stopContributing(): Promise<void> {
    this.#answers++;
    this.#end();
    await this.#sayNo();
  }

  /** A polite No: kept until the server has it, so that it is not asked again. Never rejects. */
  async declineContributing(): Promise<void> {
    this.#answers++;
    await this.#sayNo();
  }

  /** Takes the recorded answer from a new connection's snapshot; a No that it does not know of yet is newer, and sent again. */
  arrived(contributing: boolean | null): void {
    this.contributing = this.#unrecordedNo ? false : contributing;
    if (this.#unrecordedNo) void this.#sayNo();
  }

  /** What the class allows now. Switched off, everything ends and the recorded answer stays. */
  allow(offered: boolean): void {
    this.offered = offered;
    if (!offered) this.#end();
  }

  /** How the call does: measuring steps back when the call suffers. */
  noteLink({ lossShare, droppedShare }: LinkFigures): void {
    const strained = (lossShare ?? 0) > STRAINED.lossShare || (droppedShare ?? 0) > STRAINED.droppedShare;
    this.#attention?.limitRate(strained ? STRAINED_HZ : FULL_HZ);
  }

  close(): void {
    this.#answers++;
    clearTimeout(this.#noAgain);
    this.#end();
  }

  async #sayNo(): Promise<void> {
    const answer = this.#answers;
    clearTimeout(this.#noAgain);
    this.#unrecordedNo = true;
    this.contributing = false;
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
    await this.#around.signalling.request('set-permission', {
      permission: 'contribute',
      granted,
      wording: WORDING,
      language: document.documentElement.lang || 'en',
    });
  }

  async #startMeasuring(track: MediaStreamTrack, signal: AbortSignal): Promise<void> {
    try {
      await this.#yield(signal);
      const [{ AttentionSession }, { browserParts }] = await Promise.all([
        import('../attention/attention-session.ts'),
        import('../attention/browser-parts.ts'),
      ]);
      if (signal.aborted) return;
      const attention = new AttentionSession(browserParts());
      this.#attention = attention;
      attention.on('state', (state) => this.#show(state));
      attention.on('window', (window) => this.#send(window));
      const visible = () => document.visibilityState === 'visible';
      document.addEventListener('visibilitychange', () => attention.setPageVisible(visible()), { signal });
      this.#around.needClock();
      attention.start({ track, classClock: this.#around.clock, pageVisible: visible() });
    } catch {
      if (!signal.aborted) this.#becomeUnavailable('download-failed');
    }
  }

  /** Lets the stage's media come first, then spreads a class that was asked together, those left out who have the files. */
  async #yield(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#around.firstMedia(), wait(YIELD_TO_MEDIA_MS, signal)]);
    if (!hasFiles()) await wait(downloadDelayMs(this.#around.studentsPresent()), signal);
  }

  #show(state: AttentionState): void {
    if (state.kind === 'unavailable') {
      this.#becomeUnavailable(state.reason);
      return;
    }
    this.download =
      state.kind === 'downloading' ? { receivedBytes: state.receivedBytes, totalBytes: state.totalBytes } : null;
    const lamps: Record<typeof state.kind, Lamp> = {
      off: 'camera-off',
      downloading: 'downloading',
      starting: 'starting',
      measuring: 'taking-part',
    };
    this.lamp = lamps[state.kind];
    if (state.kind === 'measuring') tabStorage.setItem(MEASURED, ownBuild() ?? '');
  }

  /** Nothing can be measured any more: the camera's light goes out and the channel closes; the permission stands. */
  #becomeUnavailable(reason: UnavailableReason): void {
    this.#end();
    this.lamp = 'unavailable';
    this.unavailableReason = reason;
  }

  #send({ windowIndex, facePresent, pageVisible, outcome, modelTag }: MeasuredWindow): void {
    const signal = { window: windowIndex, facePresent, pageVisible, outcome, modelTag };
    try {
      this.#around.channel.send(signal, this.#around.clock.shownMs());
    } catch (error) {
      // Nothing left. What would send more than it may does not go on measuring.
      this.#becomeUnavailable('worker-crashed');
      throw error;
    }
  }

  #cameraEnded(track: MediaStreamTrack): void {
    if (this.#track === track) this.#becomeUnavailable('camera-ended');
  }

  #end(): void {
    this.#stopListening.abort();
    this.#attention?.stop();
    this.#attention = null;
    this.#track?.stop();
    this.#track = null;
    this.#around.channel.close();
    this.lamp = 'camera-off';
    this.unavailableReason = null;
    this.download = null;
  }
}

/** After an update the files have other names, and are downloaded anew. */
function hasFiles(): boolean {
  const build = ownBuild();
  return build !== null && tabStorage.getItem(MEASURED) === build;
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
