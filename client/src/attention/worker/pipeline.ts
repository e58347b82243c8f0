import type { CostReport, FromWorker, ToWorker, WorkerBytes } from '../protocol.ts';
import { ClassTime } from './class-time.ts';
import { FaceCounter } from './face-counter.ts';
import { readFrames } from './frame-reader.ts';
import { Measuring, WINDOW_MS, type JudgedWindow } from './measuring.ts';
import { RateControl } from './rate-control.ts';
import { Scorer } from './scorer.ts';
import { TasksVision } from './tasks-vision.ts';
import { Vision, type Picture } from './vision.ts';

/** When a frame came: by the worker's clock, and by the class's. */
interface Arrival {
  readonly arrivedMs: number;
  readonly classMs: number;
}

/**
 * Live measuring: everything between the page's messages and the posted results. Frames are looked at one at a time, at the rate
 * that the budget allows: one that arrives early or while another is looked at is closed unseen.
 */
export class Pipeline {
  readonly #post: (message: FromWorker) => void;
  readonly #rate = new RateControl();
  readonly #clock = new ClassTime();
  readonly #measuring = new Measuring();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #frameCostsMs: number[] = [];
  #pageVisible = true;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'init':
        void this.#init(message.bytes);
        break;
      case 'clock':
        this.#clock.update(message.sample, epochNowMs());
        this.#tick();
        break;
      case 'visibility':
        this.#pageVisible = message.visible;
        this.#measuring.setPageVisible(message.visible, this.#clock.at(epochNowMs()) ?? 0);
        break;
      case 'limit':
        this.#rate.limit(message, performance.now());
        break;
      case 'screens':
        this.#measuring.setScreens(message.screens);
        break;
      case 'frames':
        void this.#read(message.readable);
        break;
      case 'track':
        void this.#read(framesOf(message.track));
        break;
      case 'bitmap':
        this.#takeBitmap(message.bitmap).catch((error: unknown) => {
          this.#post({ type: 'failed', failure: 'frames-failed', detail: String(error) });
        });
        break;
      case 'ended':
        this.#measuring.endCamera();
        break;
    }
  }

  async #init(bytes: WorkerBytes): Promise<void> {
    let tasks: TasksVision;
    let vision: Vision;
    try {
      tasks = await TasksVision.compile(bytes.landmarkerWasm);
      release(bytes.landmarkerWasm);
      vision = await Vision.open(tasks, bytes.landmarkerModel, 'video');
      vision.warmUp();
    } catch (error) {
      this.#post({ type: 'failed', failure: 'landmarker-failed', detail: String(error) });
      return;
    }
    try {
      const scorer = await Scorer.open(bytes.ortWasm, bytes.attentionModel);
      release(bytes.ortWasm);
      this.#measuring.open(vision, scorer);
    } catch (error) {
      this.#post({ type: 'failed', failure: 'model-failed', detail: String(error) });
      return;
    }
    this.#post({ type: 'ready' });
    this.#post({ type: 'want-bitmap' });
    try {
      // Only now, so that the first score does not wait for it: company is told from the next frames on.
      this.#measuring.count(await FaceCounter.open(tasks, bytes.landmarkerModel));
    } catch (error) {
      this.#post({ type: 'failed', failure: 'landmarker-failed', detail: String(error) });
    }
  }

  async #read(readable: ReadableStream<VideoFrame>): Promise<void> {
    try {
      await readFrames(readable, {
        admit: () => this.#admit(),
        look: (picture, arrival) => this.#look(picture, arrival),
      });
      this.#measuring.endCamera();
      this.#post({ type: 'frames-ended' });
    } catch (error) {
      this.#post({ type: 'failed', failure: 'frames-failed', detail: String(error) });
    }
  }

  async #takeBitmap(bitmap: ImageBitmap): Promise<void> {
    const arrival = this.#admit();
    const { width, height } = bitmap;
    const looked = arrival === null ? null : this.#look({ source: bitmap, width, height }, arrival);
    bitmap.close();
    await looked;
    // Asked for when it is due, so that the page draws no frame in vain.
    setTimeout(() => {
      this.#post({ type: 'want-bitmap' });
    }, this.#rate.msUntilDue(performance.now()));
  }

  /** What a frame that arrives now has to be looked at with; null where it is not. */
  #admit(): Arrival | null {
    const arrivedMs = performance.now();
    const classMs = this.#clock.at(performance.timeOrigin + arrivedMs);
    if (!this.#measuring.canSee || classMs === null) return null;
    this.#tick();
    // Of a hidden page, or by a clock that is not sure, the window abstains whatever is seen.
    const counts = this.#pageVisible && this.#clock.isSure(performance.timeOrigin + arrivedMs);
    return this.#rate.isDue(arrivedMs) && counts ? { arrivedMs, classMs } : null;
  }

  /** The picture is not needed any more once this returns its promise. */
  async #look(picture: Picture, { arrivedMs, classMs }: Arrival): Promise<void> {
    if ((await this.#measuring.look(picture, classMs, arrivedMs)) === null) return;
    const costMs = performance.now() - arrivedMs;
    this.#frameCostsMs.push(costMs);
    this.#rate.record(costMs, arrivedMs + costMs);
    if (this.#rate.isTooSlow()) {
      this.#post({ type: 'failed', failure: 'too-slow', detail: `one frame takes ${Math.round(costMs)} ms` });
    }
    this.#tick();
  }

  /** Closes what has ended and sets the timer for the running window's end. */
  #tick(): void {
    const nowMs = epochNowMs();
    const classMs = this.#clock.at(nowMs);
    if (classMs === null) return;
    this.#measuring.noteClock(this.#clock.isSure(nowMs));
    const judged = this.#measuring.advance(classMs);
    if (judged !== null) void this.#report(judged, classMs);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const endMs = this.#measuring.endMs ?? classMs + WINDOW_MS;
    this.#timer = setTimeout(
      () => {
        this.#tick();
      },
      Math.max(1, endMs - classMs),
    );
  }

  async #report(judged: Promise<JudgedWindow>, nowMs: number): Promise<void> {
    const costs = this.#frameCostsMs.sort((a, b) => a - b);
    this.#frameCostsMs = [];
    const startedMs = performance.now();
    let windowIndex: number;
    try {
      const window = await judged;
      ({ windowIndex } = window);
      this.#post({ type: 'window', windowIndex, outcome: window.outcome });
    } catch (error) {
      this.#post({ type: 'failed', failure: 'model-failed', detail: String(error) });
      return;
    }
    const scoreMs = performance.now() - startedMs;
    const cost: CostReport = {
      type: 'cost',
      frames: costs.length,
      frameP50Ms: at(costs, 0.5),
      frameP95Ms: at(costs, 0.95),
      scoreMs,
      lateMs: nowMs - (windowIndex + 1) * WINDOW_MS + scoreMs,
      targetHz: this.#rate.hz,
    };
    this.#post(cost);
  }
}

/** Safari's way: the processor is made here, from a track that was transferred. */
function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  const processor = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  return processor.readable as ReadableStream<VideoFrame>;
}

/** Gives back at once what a runtime has compiled but would hold for as long as it runs: 14 MB of both together. */
function release(bytes: ArrayBuffer): void {
  // Safari before 17.4 and Firefox before 122 cannot, and hold it.
  if ('transfer' in bytes) bytes.transfer(0);
}

function epochNowMs(): number {
  return performance.timeOrigin + performance.now();
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
