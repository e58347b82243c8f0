import { describe, expect, it, vi } from 'vitest';
import { AssetError, parseManifest, type AssetSet, type LoadedAssets } from './assets.ts';
import {
  AttentionSession,
  type AttentionParts,
  type AttentionState,
  type MeasuredWindow,
} from './attention-session.ts';
import type { ToWorker } from './protocol.ts';

const SHA = 'a'.repeat(64);
const SET: AssetSet = parseManifest({
  version: 1,
  files: ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'].map((role) => ({
    role,
    name: `${role}.js`,
    bytes: 4,
    brotliBytes: 2,
    sha256: SHA,
  })),
});
const WINDOW = {
  type: 'window',
  windowIndex: 3,
  outcome: { kind: 'score', score: 0.2 },
};

/** The worker's side, played by hand. */
class PlayedWorker {
  onmessage: ((event: MessageEvent<unknown>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly received: ToWorker[] = [];
  terminated = false;

  postMessage(message: ToWorker): void {
    this.received.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(message: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: message }));
  }

  crash(message = 'out of memory'): void {
    const event = Object.assign(new Event('error', { cancelable: true }), { message });
    this.onerror?.(event as ErrorEvent);
  }

  types(): string[] {
    return this.received.map((message) => message.type);
  }
}

/** A camera's track, as far as the session looks at it. */
class PlayedTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

function setUp(load?: () => Promise<LoadedAssets>, lack: ReturnType<AttentionParts['missingAbility']> = null) {
  const workers: PlayedWorker[] = [];
  const timers = new Map<number, { atMs: number; task: () => void }>();
  const feeds: { closed: boolean; delivered: number }[] = [];
  const clock = { nowMs: 0, classMs: 1000 as number | null, sure: true };
  const reserves: { tell: Parameters<AttentionParts['watchReserves']>[0] | null } = { tell: null };
  let nextTimer = 0;
  const parts: AttentionParts = {
    assets: {
      describe: () => Promise.resolve(SET),
      load:
        load ??
        ((_set, onProgress) => {
          onProgress(5);
          const bytes = () => new ArrayBuffer(4);
          return Promise.resolve({
            workerUrl: '/attention/worker.js',
            landmarkerWasm: bytes(),
            landmarkerModel: bytes(),
            ortWasm: bytes(),
            attentionModel: bytes(),
            modelTag: 77,
          });
        }),
    },
    openFrames: () => {
      const feed = { closed: false, delivered: 0 };
      feeds.push(feed);
      return {
        way: 'bitmaps',
        handover: null,
        deliverNext: () => feed.delivered++,
        close: () => (feed.closed = true),
      };
    },
    missingAbility: () => lack,
    watchReserves: (listener) => {
      reserves.tell = listener;
      return () => (reserves.tell = null);
    },
    createWorker: () => {
      const worker = new PlayedWorker();
      workers.push(worker);
      return worker;
    },
    epochNowMs: () => clock.nowMs,
    setTimer: (task, delayMs) => {
      const id = nextTimer++;
      timers.set(id, { atMs: clock.nowMs + delayMs, task });
      return () => timers.delete(id);
    },
  };
  const session = new AttentionSession(parts);
  const states: AttentionState[] = [];
  const windows: MeasuredWindow[] = [];
  session.on('state', (state) => states.push(state));
  session.on('window', (window) => windows.push(window));
  const track = new PlayedTrack();
  return {
    session,
    states,
    windows,
    workers,
    feeds,
    timers,
    clock,
    track,
    reserves,
    kinds: () => states.map((state) => state.kind),
    async start() {
      session.start({
        track: track as unknown as MediaStreamTrack,
        classClock: { shownMs: () => clock.classMs, isSure: () => clock.sure },
        pageVisible: true,
      });
      await settle();
    },
    /** Runs due timers in their order until `ms` have passed. */
    async pass(ms: number) {
      const untilMs = clock.nowMs + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.atMs <= untilMs).sort((a, b) => a[1].atMs - b[1].atMs)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        clock.nowMs = due[1].atMs;
        due[1].task();
        await settle();
      }
      clock.nowMs = untilMs;
    },
  };
}

/** Lets every promise that is already decided run on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

describe('measuring', () => {
  it('goes from off through download and start to measuring, and passes windows on with the model’s tag', async () => {
    const lab = setUp();
    await lab.start();
    expect(lab.kinds()).toEqual(['downloading', 'downloading', 'starting']);
    expect(lab.states[1]).toMatchObject({ receivedBytes: 5, totalBytes: 10 });
    expect(lab.workers[0]!.types()).toEqual(['init']);
    lab.workers[0]!.say({ type: 'ready' });
    expect(lab.session.state.kind).toBe('measuring');
    expect(lab.workers[0]!.types()).toEqual(['init', 'limit', 'screens', 'visibility', 'clock']);
    lab.workers[0]!.say(WINDOW);
    expect(lab.windows).toEqual([{ windowIndex: 3, outcome: { kind: 'score', score: 0.2 }, modelTag: 77 }]);
  });

  it('tells the worker the class clock every two seconds, and that it is not sure when it is not', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.clock.sure = false;
    await lab.pass(2000);
    lab.clock.classMs = null;
    await lab.pass(2000);
    const clocks = lab.workers[0]!.received.filter((message) => message.type === 'clock');
    expect(clocks.map(({ sample }) => [sample.classMs, sample.sure])).toEqual([
      [1000, true],
      [1000, false],
      [null, false],
    ]);
  });

  it('gives a bitmap when the worker asks for one', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.workers[0]!.say({ type: 'want-bitmap' });
    expect(lab.feeds[0]!.delivered).toBe(1);
  });

  it('reports a camera that ends, and one that had ended before', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.track.end();
    expect(lab.workers[0]!.types().at(-1)).toBe('ended');
    const late = setUp();
    late.track.end();
    await late.start();
    late.workers[0]!.say({ type: 'ready' });
    expect(late.workers[0]!.types().at(-1)).toBe('ended');
    expect(late.feeds).toEqual([]);
  });

  it('passes on visibility and the rate limit, also when they were set before the worker was ready', async () => {
    const lab = setUp();
    await lab.start();
    lab.session.limitRate(4);
    lab.session.setPageVisible(false);
    lab.workers[0]!.received.length = 0;
    lab.workers[0]!.say({ type: 'ready' });
    expect(lab.workers[0]!.received).toContainEqual({ type: 'limit', maxHz: 4, budgetShare: 0.1 });
    expect(lab.workers[0]!.received).toContainEqual({ type: 'visibility', visible: false });
  });
});

describe('what the worker is told anew after a crash', () => {
  it('is which screens show the class, also said before the start', async () => {
    const lab = setUp();
    const screens = { here: true, left: true, right: false, above: false, camera: 'above' } as const;
    lab.session.setClassScreens(screens);
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    expect(lab.workers[0]!.received).toContainEqual({ type: 'screens', screens });
    const other = { ...screens, left: false, right: true, camera: 'below' } as const;
    lab.session.setClassScreens(other);
    expect(lab.workers[0]!.received.at(-1)).toEqual({ type: 'screens', screens: other });
    lab.workers[0]!.crash();
    await lab.pass(1000);
    lab.workers[1]!.say({ type: 'ready' });
    expect(lab.workers[1]!.received.filter(({ type }) => type === 'screens')).toEqual([
      { type: 'screens', screens: other },
    ]);
  });

  it('is what call and device leave to measuring', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.reserves.tell!({ onBattery: false, batteryLevel: 1, pressure: 'serious' });
    expect(lab.workers[0]!.received.at(-1)).toEqual({ type: 'limit', maxHz: 4, budgetShare: 0.25 });
    lab.session.limitRate(2);
    lab.reserves.tell!({ onBattery: true, batteryLevel: 0.9, pressure: 'nominal' });
    lab.workers[0]!.crash();
    await lab.pass(1000);
    lab.workers[1]!.say({ type: 'ready' });
    expect(lab.workers[1]!.received).toContainEqual({ type: 'limit', maxHz: 2, budgetShare: 0.1 });
    lab.session.stop();
    expect(lab.reserves.tell).toBeNull();
  });
});

describe('stopping', () => {
  it('ends worker, frames and timers at once, and nothing of the run is heard any more', async () => {
    const lab = setUp();
    await lab.start();
    const worker = lab.workers[0]!;
    worker.say({ type: 'ready' });
    lab.session.stop();
    expect(worker.terminated).toBe(true);
    expect(lab.feeds[0]!.closed).toBe(true);
    expect(lab.timers.size).toBe(0);
    worker.say(WINDOW);
    expect(lab.windows).toEqual([]);
    expect(lab.kinds().at(-1)).toBe('off');
    expect(lab.track.readyState).toBe('live');
    lab.session.stop();
    expect(lab.kinds().filter((kind) => kind === 'off')).toHaveLength(1);
  });

  it('during the download keeps the worker from ever starting', async () => {
    const resolvers: ((assets: LoadedAssets) => void)[] = [];
    const lab = setUp(() => new Promise((resolve) => resolvers.push(resolve)));
    await lab.start();
    lab.session.stop();
    resolvers[0]!({} as LoadedAssets);
    await settle();
    expect(lab.workers).toEqual([]);
    expect(lab.session.state.kind).toBe('off');
  });
});

describe('failure', () => {
  it('names why the files cannot be had', async () => {
    for (const failure of ['hash-refused', 'asset-missing', 'download-failed'] as const) {
      const lab = setUp(() => Promise.reject(new AssetError(failure, 'the detail')));
      await lab.start();
      expect(lab.session.state).toEqual({ kind: 'unavailable', reason: failure, detail: 'the detail' });
    }
  });

  it('restarts a crashed worker after 1, 5 and 30 seconds, then gives up with a plain reason', async () => {
    const lab = setUp();
    await lab.start();
    for (const [crash, delayMs] of [1000, 5000, 30_000].entries()) {
      lab.workers[crash]!.say({ type: 'ready' });
      lab.workers[crash]!.crash();
      expect(lab.workers[crash]!.terminated).toBe(true);
      expect(lab.session.state.kind).toBe('starting');
      await lab.pass(delayMs - 1);
      expect(lab.workers).toHaveLength(crash + 1);
      await lab.pass(1);
      expect(lab.workers).toHaveLength(crash + 2);
    }
    lab.workers[3]!.crash('again');
    expect(lab.session.state).toEqual({ kind: 'unavailable', reason: 'worker-crashed', detail: 'again' });
    expect(lab.timers.size).toBe(0);
  });

  it('counts a worker that gives no window for twenty seconds of a running class as crashed', async () => {
    const lab = setUp();
    await lab.start();
    const [worker] = lab.workers;
    worker!.say({ type: 'ready' });
    await lab.pass(18_000);
    worker!.say(WINDOW);
    await lab.pass(19_000);
    expect(worker!.terminated).toBe(false);
    await lab.pass(3000);
    expect(worker!.terminated).toBe(true);
    expect(lab.session.state.kind).toBe('starting');
    await lab.pass(1000);
    expect(lab.workers).toHaveLength(2);
  });

  it('waits for no window while the class does not run', async () => {
    const lab = setUp();
    lab.clock.classMs = null;
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    await lab.pass(600_000);
    expect(lab.workers[0]!.terminated).toBe(false);
  });

  it('gives up with its own reason on a device that is too slow', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.workers[0]!.say({ type: 'failed', failure: 'too-slow', detail: 'one frame takes 900 ms' });
    expect(lab.session.state).toMatchObject({ kind: 'unavailable', reason: 'too-slow' });
    expect(lab.workers[0]!.terminated).toBe(true);
  });

  it('names the battery on a device that is too slow on it', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.reserves.tell!({ onBattery: true, batteryLevel: 0.5, pressure: null });
    lab.workers[0]!.say({ type: 'failed', failure: 'too-slow', detail: 'one frame takes 120 ms' });
    expect(lab.session.state).toMatchObject({ kind: 'unavailable', reason: 'too-slow-on-battery' });
  });

  it('downloads nothing into a browser that cannot measure', async () => {
    const load = vi.fn(() => Promise.reject(new Error('nobody asked for it')));
    const lab = setUp(load, 'browser-too-old');
    await lab.start();
    expect(lab.kinds()).toEqual(['unavailable']);
    expect(lab.session.state).toMatchObject({ reason: 'browser-too-old' });
    expect(load).not.toHaveBeenCalled();
    expect(lab.reserves.tell).toBeNull();
  });

  it('forgives crashes after a quiet quarter of an hour', async () => {
    const lab = setUp();
    lab.clock.classMs = null;
    await lab.start();
    for (let crash = 0; crash < 8; crash++) {
      const worker = lab.workers.at(-1)!;
      worker.say({ type: 'ready' });
      await lab.pass(16 * 60_000);
      worker.crash();
      await lab.pass(1000);
      expect(lab.workers).toHaveLength(crash + 2);
    }
    expect(lab.session.state.kind).toBe('starting');
  });

  it('treats a message that the protocol does not know as a crash: it goes nowhere', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'ready' });
    lab.workers[0]!.say({ ...WINDOW, landmarks: [1, 2, 3] });
    expect(lab.windows).toEqual([]);
    expect(lab.workers[0]!.terminated).toBe(true);
  });

  it('does not restart for a model that does not load', async () => {
    const lab = setUp();
    await lab.start();
    lab.workers[0]!.say({ type: 'failed', failure: 'model-failed', detail: 'no such operator' });
    expect(lab.session.state).toEqual({ kind: 'unavailable', reason: 'model-failed', detail: 'no such operator' });
    expect(lab.workers[0]!.terminated).toBe(true);
  });

  it('counts a worker that never becomes ready as crashed', async () => {
    const lab = setUp();
    await lab.start();
    await lab.pass(60_000);
    expect(lab.workers[0]!.terminated).toBe(true);
    await lab.pass(1000);
    expect(lab.workers).toHaveLength(2);
  });
});
