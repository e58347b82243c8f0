import type { AbstainReason, Permission } from '@lectern/contracts';
import { tabStorage } from '../app/device-storage.ts';
import type {
  AttentionSession,
  AttentionState,
  MeasuredWindow,
  UnavailableReason as AttentionUnavailable,
} from '../attention/attention-session.ts';
import { missingAbility, type BrowserLack } from '../attention/browser-abilities.ts';
import { THIS_SCREEN, type ClassScreens } from '../attention/class-screens.ts';
import type { ClassClock } from './class-clock.ts';
import { openDevice } from './devices.ts';
import { downloadDelayMs } from './download-delay.ts';
import type { LinkFigures } from './link-figures.ts';
import { ownBuild } from './page-reload.ts';
import { TypedEvents } from './typed-events.ts';

/** The build with which this tab has measured: it has that one’s files then, and a reload finds them in the browser’s cache. */
const MEASURED = 'lectern.measured';
/** How long a download waits for the first picture of the stage at most. */
const YIELD_TO_MEDIA_MS = 5000;
/** One window that cannot be told is nothing to speak of; so many in a row are. */
const UNCLEAR_WINDOWS = 3;
const STRAINED_HZ = 2;
const FULL_HZ = 10;
const STRAINED = { lossShare: 0.05, droppedShare: 0.1 };

type UnavailableReason = AttentionUnavailable | 'camera-ended';
export type MeasuringState = 'off' | 'starting' | 'downloading' | 'measuring' | 'paused' | 'unavailable';

interface MeasuringEvents {
  window: MeasuredWindow;
  /** Nothing can be measured any more, for whatever it was. */
  unavailable: UnavailableReason;
}

/** What measuring needs to know of the class around it. */
export interface MeasuringSurroundings {
  readonly clock: ClassClock;
  /** Windows are placed by the clock from now on. */
  readonly needClock: () => void;
  readonly studentsPresent: () => number;
  /** Resolves once the stage's media arrives, or at once when there is nothing to wait for. */
  readonly firstMedia: () => Promise<void>;
  readonly missingAbility?: () => BrowserLack | null;
  readonly openCamera?: (deviceId: string | undefined) => Promise<MediaStreamTrack>;
}

/**
 * One camera and one worker on this device, for as many of the student's permissions as want its windows: they begin with the
 * first and end with the last. Nothing is loaded before, and nothing here sends anything.
 */
export class OwnMeasuring {
  state: MeasuringState = $state('off');
  unavailableReason: UnavailableReason | null = $state(null);
  download: { receivedBytes: number; totalBytes: number } | null = $state.raw(null);
  /** True while the camera is on and gives no picture: another program has it, or its switch or cover is shut. */
  cameraMuted = $state(false);
  /** Why nothing can be told right now, for its owner alone: what the newest of several such windows in a row has; else null. */
  unclear: AbstainReason | null = $state(null);
  /** When a pause ends by itself, in milliseconds since 1970; null while there is none. */
  pausedUntilMs: number | null = $state(null);
  /** What the windows are for now. */
  purposes: readonly Permission[] = $state.raw([]);

  readonly #around: MeasuringSurroundings;
  #browserLack: BrowserLack | null | undefined;
  readonly #events = new TypedEvents<MeasuringEvents>();
  #track: MediaStreamTrack | null = null;
  #attention: AttentionSession | null = null;
  #run = new AbortController();
  #screens: ClassScreens = THIS_SCREEN;
  #unclearWindows = 0;
  #resume: (() => Promise<void>) | null = null;
  #resumeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: MeasuringSurroundings) {
    this.#around = around;
  }

  on = this.#events.on.bind(this.#events);

  /** What this browser lacks for measuring, null when nothing. Looked for when first asked, and once: it opens a graphics context. */
  get browserLack(): BrowserLack | null {
    if (this.#browserLack === undefined) this.#browserLack = (this.#around.missingAbility ?? missingAbility)();
    return this.#browserLack;
  }

  /**
   * Measures for this too. With a track, owns it from then on and measures by it in place of the camera before; without one the
   * camera that is on goes on, and one that rests is turned on again.
   */
  begin(purpose: Permission, track: MediaStreamTrack | null): void {
    this.purposes = [...this.purposes.filter((other) => other !== purpose), purpose];
    if (track !== null) this.#start(track);
    else if (this.state === 'paused') void this.resume();
    // Starting without a camera, one that rested is being opened.
    else if (this.#track === null && this.state !== 'starting') this.giveUp('camera-ended');
  }

  /** Measures no longer for this; with the last one camera and worker end at once. */
  end(purpose: Permission): void {
    this.purposes = this.purposes.filter((other) => other !== purpose);
    if (this.purposes.length === 0) this.#end();
  }

  /** Camera and measuring rest for so long, and come back by themselves. */
  pause(forMs: number): void {
    if (this.#track === null) return;
    const { deviceId } = this.#track.getSettings();
    this.#stop();
    this.state = 'paused';
    this.pausedUntilMs = Date.now() + forMs;
    this.#resume = () => this.#reopen(deviceId);
    this.#resumeTimer = setTimeout(() => void this.resume(), forMs);
  }

  /** Ends a pause. Where the camera is gone meanwhile, the state says so. Never rejects. */
  async resume(): Promise<void> {
    await this.#resume?.();
  }

  /** Where the class is to be seen: what faces there faces the class. */
  setClassScreens(screens: ClassScreens): void {
    this.#screens = screens;
    this.#tellScreens();
  }

  /** How the call does: measuring steps back when the call suffers. */
  noteLink({ lossShare, droppedShare }: LinkFigures): void {
    const strained = (lossShare ?? 0) > STRAINED.lossShare || (droppedShare ?? 0) > STRAINED.droppedShare;
    this.#attention?.limitRate(strained ? STRAINED_HZ : FULL_HZ);
  }

  /** Ends everything at once, for what went wrong with it; what was permitted stands. */
  giveUp(reason: UnavailableReason): void {
    this.close();
    this.state = 'unavailable';
    this.unavailableReason = reason;
    this.#events.emit('unavailable', reason);
  }

  /** Ends everything at once. Idempotent. */
  close(): void {
    this.purposes = [];
    this.#end();
  }

  async #reopen(deviceId: string | undefined): Promise<void> {
    clearTimeout(this.#resumeTimer);
    this.#resume = null;
    this.pausedUntilMs = null;
    this.state = 'starting';
    const run = (this.#run = new AbortController());
    try {
      const open = this.#around.openCamera ?? ((wanted) => openDevice('camera', wanted));
      const track = await open(deviceId);
      if (run.signal.aborted) track.stop();
      else this.#start(track);
    } catch {
      if (!run.signal.aborted) this.giveUp('camera-ended');
    }
  }

  #start(track: MediaStreamTrack): void {
    this.#stop();
    this.#track = track;
    const run = (this.#run = new AbortController());
    if (track.readyState === 'ended') {
      this.giveUp('camera-ended');
      return;
    }
    this.#watch(track, run.signal);
    this.state = 'starting';
    void this.#measure(track, run.signal);
  }

  #watch(track: MediaStreamTrack, signal: AbortSignal): void {
    const noteMuted = (): void => {
      this.cameraMuted = track.muted;
    };
    noteMuted();
    track.addEventListener('mute', noteMuted, { signal });
    track.addEventListener('unmute', noteMuted, { signal });
    track.addEventListener(
      'ended',
      () => {
        this.giveUp('camera-ended');
      },
      { signal },
    );
  }

  async #measure(track: MediaStreamTrack, signal: AbortSignal): Promise<void> {
    try {
      await this.#yield(signal);
      const [{ AttentionSession }, { browserParts }] = await Promise.all([
        import('../attention/attention-session.ts'),
        import('../attention/browser-parts.ts'),
      ]);
      if (signal.aborted) return;
      const attention = new AttentionSession(browserParts());
      this.#attention = attention;
      attention.on('state', (state) => {
        this.#show(state);
      });
      attention.on('window', (window) => {
        this.#noteUnclear(window);
        this.#events.emit('window', window);
      });
      const visible = () => document.visibilityState === 'visible';
      document.addEventListener(
        'visibilitychange',
        () => {
          attention.setPageVisible(visible());
        },
        { signal },
      );
      this.#around.needClock();
      this.#tellScreens();
      attention.start({ track, classClock: this.#around.clock, pageVisible: visible() });
    } catch {
      if (!signal.aborted) this.giveUp('download-failed');
    }
  }

  /** Lets the stage's media come first, then spreads a class that was asked together, those left out who have the files. */
  async #yield(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#around.firstMedia(), wait(YIELD_TO_MEDIA_MS, signal)]);
    if (!hasFiles()) await wait(downloadDelayMs(this.#around.studentsPresent()), signal);
  }

  #show(state: AttentionState): void {
    if (state.kind === 'unavailable') {
      this.giveUp(state.reason);
      return;
    }
    this.download =
      state.kind === 'downloading' ? { receivedBytes: state.receivedBytes, totalBytes: state.totalBytes } : null;
    this.state = state.kind;
    if (state.kind === 'measuring') tabStorage.setItem(MEASURED, ownBuild() ?? '');
  }

  /** A page that was hidden says nothing of what is so once it is read. */
  #noteUnclear({ outcome }: Pick<MeasuredWindow, 'outcome'>): void {
    const reason = outcome.kind === 'abstain' && outcome.reason !== 'page-hidden' ? outcome.reason : null;
    this.#unclearWindows = reason === null ? 0 : this.#unclearWindows + 1;
    this.unclear = this.#unclearWindows < UNCLEAR_WINDOWS ? null : reason;
  }

  #tellScreens(): void {
    this.#attention?.setClassScreens(this.#screens);
  }

  #end(): void {
    this.#stop();
    this.state = 'off';
  }

  #stop(): void {
    this.#run.abort();
    clearTimeout(this.#resumeTimer);
    this.#resume = null;
    this.pausedUntilMs = null;
    this.#attention?.stop();
    this.#attention = null;
    this.#track?.stop();
    this.#track = null;
    this.cameraMuted = false;
    this.unclear = null;
    this.#unclearWindows = 0;
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
