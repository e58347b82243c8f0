import type { WindowOutcome } from '@lectern/contracts';
import { AssetError, type AssetFailure, type AssetSet, type AssetSource, type LoadedAssets } from './assets.ts';
import type { BrowserLack } from './browser-abilities.ts';
import type { FrameFeed, OpenFrames } from './camera-frames.ts';
import { THIS_SCREEN, type ClassScreens } from './class-screens.ts';
import { limitFor, MAX_HZ, MIN_HZ, type MeasuringLimit, type WatchReserves } from './device-reserves.ts';
import {
  MAX_DETAIL,
  parseFromWorker,
  type CostReport,
  type FromWorker,
  type ToWorker,
  type WorkerFailure,
} from './protocol.ts';

/** The class clock as the session needs it. */
export interface ClassClock {
  /** Milliseconds since Start as well as it is known; null while nothing is known, or the class is not live. */
  shownMs(): number | null;
  /** Whether it is known within 100 ms; where it is not, windows are closed as `clock-unsure`. */
  isSure(): boolean;
}

/** Why nothing can be measured. Every one has its own words in the message catalogue. */
export type UnavailableReason = BrowserLack | AssetFailure | WorkerFailure | 'too-slow-on-battery' | 'worker-crashed';

export type AttentionState =
  | { readonly kind: 'off' }
  | { readonly kind: 'downloading'; readonly receivedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'starting' }
  | { readonly kind: 'measuring' }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason; readonly detail: string };

/** One window as the page sends it on; `modelTag` goes into the datagram. */
export interface MeasuredWindow {
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
  readonly modelTag: number;
}

export interface AttentionEvents {
  readonly state: AttentionState;
  readonly window: MeasuredWindow;
  readonly cost: CostReport;
}

/** The worker as the session uses it; a browser's `Worker` is one. */
export interface AttentionWorker {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** What the session stands on; `browserParts` of `browser-parts.ts` gives the real ones. */
export interface AttentionParts {
  readonly assets: AssetSource;
  /** What this browser lacks for measuring; null when nothing. */
  missingAbility(): BrowserLack | null;
  readonly openFrames: OpenFrames;
  readonly watchReserves: WatchReserves;
  createWorker(url: string): AttentionWorker;
  /** Absolute milliseconds that page and worker agree on. */
  epochNowMs(): number;
  setTimer(task: () => void, delayMs: number): () => void;
}

export interface StartOptions {
  /** The camera. Ended by its owner, never by the session. */
  readonly track: MediaStreamTrack;
  readonly classClock: ClassClock;
  readonly pageVisible: boolean;
  /** The set that `describe` gave when the size was shown; read again when left out. */
  readonly assets?: AssetSet;
}

/** How often the worker hears the class clock. */
const CLOCK_EVERY_MS = 2000;
/** Waits before each restart after a crash; after the last one the session gives up. A quiet quarter of an hour forgives. */
const RESTART_DELAYS_MS = [1000, 5000, 30_000] as const;
const FORGIVE_AFTER_MS = 15 * 60_000;
/** A worker that has not become ready by then counts as crashed. */
const READY_WITHIN_MS = 60_000;
/** So often told the time of a running class without giving a window, a worker counts as crashed: four windows. */
const CLOCKS_WITHOUT_WINDOW = 10;

interface Run {
  readonly options: StartOptions;
  readonly abort: AbortController;
  readonly timers: Set<() => void>;
  set: AssetSet | null;
  worker: AttentionWorker | null;
  feed: FrameFeed | null;
  crashes: number;
  lastCrashMs: number;
  modelTag: number;
  /** How often the worker has heard the class clock since its last window. Counted, not timed: a device may have slept. */
  clocksSinceWindow: number;
}

/**
 * Measures one camera in its own worker: methods in, typed events out, no DOM. After `stop` no event of the run comes
 * any more, the worker is gone and the frames are closed; `start` may be called again.
 */
export class AttentionSession {
  readonly #parts: AttentionParts;
  readonly #listeners: { [K in keyof AttentionEvents]: Set<(event: AttentionEvents[K]) => void> } = {
    state: new Set(),
    window: new Set(),
    cost: new Set(),
  };
  #state: AttentionState = { kind: 'off' };
  #run: Run | null = null;
  #pageVisible = true;
  #screens = THIS_SCREEN;
  /** What the call leaves to measuring. */
  #callMaxHz = MAX_HZ;
  /** What the device's reserves leave to it; the narrowest until they are known. */
  #deviceLimit: MeasuringLimit = limitFor({ onBattery: null, batteryLevel: null, pressure: null });
  /** Known to be: with the charger this device may be quick enough. */
  #isOnBattery = false;

  constructor(parts: AttentionParts) {
    this.#parts = parts;
  }

  get state(): AttentionState {
    return this.#state;
  }

  /** Registers a listener and returns the call that removes it. */
  on<K extends keyof AttentionEvents>(event: K, listener: (event: AttentionEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  /** What a download would cost, before anything else is loaded. Rejects with `AssetError`. */
  describeDownload(signal?: AbortSignal): Promise<AssetSet> {
    return this.#parts.assets.describe(signal);
  }

  /** Starts measuring; a running measurement is stopped first. Failures show as the state `unavailable`. */
  start(options: StartOptions): void {
    this.stop();
    this.#pageVisible = options.pageVisible;
    const run: Run = {
      options,
      abort: new AbortController(),
      timers: new Set(),
      set: options.assets ?? null,
      worker: null,
      feed: null,
      crashes: 0,
      lastCrashMs: 0,
      modelTag: 0,
      clocksSinceWindow: 0,
    };
    this.#run = run;
    const unwatch = this.#parts.watchReserves((reserves) => {
      this.#deviceLimit = limitFor(reserves);
      this.#isOnBattery = reserves.onBattery === true;
      this.#sendLimit();
    });
    run.abort.signal.addEventListener('abort', unwatch);
    const lack = this.#parts.missingAbility();
    if (lack === null) void this.#launch(run);
    else this.#giveUp(run, lack, 'found before anything was downloaded');
  }

  /** Ends measuring at once. Idempotent. */
  stop(): void {
    const run = this.#run;
    this.#run = null;
    if (run !== null) closeRun(run);
    this.#setState({ kind: 'off' });
  }

  /** A hidden page abstains. */
  setPageVisible(visible: boolean): void {
    this.#pageVisible = visible;
    this.#post({ type: 'visibility', visible });
  }

  /** Lowers the upper limit of the frame rate for a call that suffers; 2 to 10 Hz. The device's reserves may lower it further. */
  limitRate(maxHz: number): void {
    this.#callMaxHz = Math.min(MAX_HZ, Math.max(MIN_HZ, maxHz));
    this.#sendLimit();
  }

  /** Says which screens show the class. Kept for every later start. */
  setClassScreens(screens: ClassScreens): void {
    this.#screens = screens;
    this.#post({ type: 'screens', screens });
  }

  async #launch(run: Run): Promise<void> {
    try {
      run.set ??= await this.#parts.assets.describe(run.abort.signal);
      const totalBytes = run.set.downloadBytes;
      const showProgress = (receivedBytes: number): void => {
        if (this.#run === run) this.#setState({ kind: 'downloading', receivedBytes, totalBytes });
      };
      showProgress(0);
      const loaded = await this.#parts.assets.load(run.set, showProgress, run.abort.signal);
      if (this.#run !== run) return;
      run.modelTag = loaded.modelTag;
      this.#setState({ kind: 'starting' });
      this.#startWorker(run, loaded);
    } catch (error) {
      if (this.#run !== run) return;
      const reason = error instanceof AssetError ? error.failure : 'download-failed';
      this.#giveUp(run, reason, error instanceof Error ? error.message : String(error));
    }
  }

  #startWorker(run: Run, loaded: LoadedAssets): void {
    const worker = this.#parts.createWorker(loaded.workerUrl);
    run.worker = worker;
    worker.onmessage = (event) => {
      if (run.worker === worker) this.#receive(run, parseFromWorker(event.data));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (run.worker === worker) this.#crashed(run, event.message.slice(0, MAX_DETAIL));
    };
    const { landmarkerWasm, landmarkerModel, ortWasm, attentionModel } = loaded;
    const bytes = { landmarkerWasm, landmarkerModel, ortWasm, attentionModel };
    worker.postMessage({ type: 'init', bytes }, Object.values(bytes));
    this.#after(run, READY_WITHIN_MS, () => {
      if (run.worker === worker && this.#state.kind === 'starting') this.#crashed(run, 'it did not become ready');
    });
  }

  #receive(run: Run, message: FromWorker | null): void {
    if (message === null) {
      this.#crashed(run, 'it sent what it must not send');
      return;
    }
    switch (message.type) {
      case 'ready':
        this.#beginFrames(run);
        break;
      case 'window':
        run.clocksSinceWindow = 0;
        this.#emit('window', {
          windowIndex: message.windowIndex,
          outcome: message.outcome,
          modelTag: run.modelTag,
        });
        break;
      case 'cost':
        this.#emit('cost', message);
        break;
      case 'want-bitmap':
        this.#deliverBitmap(run);
        break;
      case 'frames-ended':
        break;
      case 'failed':
        this.#failed(run, message.failure, message.detail);
        break;
    }
  }

  #beginFrames(run: Run): void {
    const { track } = run.options;
    run.clocksSinceWindow = 0;
    this.#sendLimit();
    this.#post({ type: 'screens', screens: this.#screens });
    this.#post({ type: 'visibility', visible: this.#pageVisible });
    this.#sendClock(run);
    if (track.readyState === 'ended') {
      this.#post({ type: 'ended' });
    } else {
      run.feed = this.#parts.openFrames(track);
      if (run.feed.handover !== null) this.#post(run.feed.handover.message, [...run.feed.handover.transfer]);
      // Heard twice after a restart, which does no harm.
      track.addEventListener('ended', () => this.#post({ type: 'ended' }), { once: true, signal: run.abort.signal });
    }
    this.#setState({ kind: 'measuring' });
  }

  #sendLimit(): void {
    const { maxHz, budgetShare } = this.#deviceLimit;
    this.#post({ type: 'limit', maxHz: Math.min(maxHz, this.#callMaxHz), budgetShare });
  }

  #deliverBitmap(run: Run): void {
    run.feed?.deliverNext((bitmap) => {
      if (this.#run === run && run.worker !== null) this.#post({ type: 'bitmap', bitmap }, [bitmap]);
      else bitmap.close();
    });
  }

  #sendClock(run: Run): void {
    const { classClock } = run.options;
    const classMs = classClock.shownMs();
    if (classMs === null) run.clocksSinceWindow = 0;
    else if (run.clocksSinceWindow++ === CLOCKS_WITHOUT_WINDOW) {
      this.#crashed(run, 'it gave no window');
      return;
    }
    const sample = { classMs, sure: classClock.isSure(), epochMs: this.#parts.epochNowMs() };
    this.#post({ type: 'clock', sample });
    const worker = run.worker;
    this.#after(run, CLOCK_EVERY_MS, () => {
      if (run.worker === worker) this.#sendClock(run);
    });
  }

  #failed(run: Run, failure: WorkerFailure, detail: string): void {
    // Frames that stop arriving may come back after a restart; a model that does not load will not.
    if (failure === 'frames-failed') this.#crashed(run, detail);
    else this.#giveUp(run, failure === 'too-slow' && this.#isOnBattery ? 'too-slow-on-battery' : failure, detail);
  }

  #crashed(run: Run, detail: string): void {
    closeWorker(run);
    const nowMs = this.#parts.epochNowMs();
    if (nowMs - run.lastCrashMs > FORGIVE_AFTER_MS) run.crashes = 0;
    run.lastCrashMs = nowMs;
    const delayMs = RESTART_DELAYS_MS[run.crashes];
    run.crashes++;
    if (delayMs === undefined) {
      this.#giveUp(run, 'worker-crashed', detail);
      return;
    }
    this.#setState({ kind: 'starting' });
    this.#after(run, delayMs, () => void this.#launch(run));
  }

  #giveUp(run: Run, reason: UnavailableReason, detail: string): void {
    closeRun(run);
    this.#run = null;
    this.#setState({ kind: 'unavailable', reason, detail });
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#run?.worker?.postMessage(message, transfer);
  }

  #after(run: Run, delayMs: number, task: () => void): void {
    const cancel = this.#parts.setTimer(() => {
      run.timers.delete(cancel);
      task();
    }, delayMs);
    run.timers.add(cancel);
  }

  #setState(state: AttentionState): void {
    if (this.#state.kind === 'off' && state.kind === 'off') return;
    this.#state = state;
    this.#emit('state', state);
  }

  #emit<K extends keyof AttentionEvents>(event: K, value: AttentionEvents[K]): void {
    for (const listener of [...this.#listeners[event]]) listener(value);
  }
}

function closeWorker(run: Run): void {
  run.worker?.terminate();
  run.worker = null;
  run.feed?.close();
  run.feed = null;
}

function closeRun(run: Run): void {
  run.abort.abort();
  for (const cancel of run.timers) cancel();
  run.timers.clear();
  closeWorker(run);
}
