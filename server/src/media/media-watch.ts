import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { processUse } from '../process-use.ts';
import type { ClassMedia } from './class-media.ts';
import type { ClassShedding } from './class-shedding.ts';
import type { MediaWorker } from './media-worker.ts';
import type { MediaWorkers } from './media-workers.ts';
import { turnsOf } from './shedding-turns.ts';
import type { Turn } from './shedding.ts';
import { WorkerPulse } from './worker-pulse.ts';

const TICK_MS = 1_000;
/** Figures are taken on every fifth tick: a second is too short for a CPU clock of milliseconds. */
const TICKS_PER_SAMPLE = 5;

interface Sample {
  readonly worker: types.Worker;
  readonly cpuMs: number;
  readonly handshakes: number;
  readonly atMs: number;
}

/** Watches the workers while they run: kills the one that is frozen, and corrects the cost of a packet by what is measured. */
export class MediaWatch {
  readonly #workers: MediaWorkers;
  readonly #classes: ReadonlySet<ClassMedia>;
  readonly #logger: Logger;
  readonly #pulses: ReadonlyMap<MediaWorker, WorkerPulse<types.Worker, types.WorkerResourceUsage>>;
  readonly #lastAnswers = new WeakMap<MediaWorker, Sample>();
  readonly #lastSamples = new WeakMap<MediaWorker, Sample>();
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;
  /** Figures of a second ago are not overtaken by newer ones. */
  #sampling = false;

  constructor(workers: MediaWorkers, classes: ReadonlySet<ClassMedia>, logger: Logger, tickMs = TICK_MS) {
    this.#workers = workers;
    this.#classes = classes;
    this.#logger = logger;
    this.#pulses = new Map(workers.all().map((worker) => [worker, this.#pulseOf(worker)]));
    this.#timer = setInterval(() => {
      this.#tick();
    }, tickMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #pulseOf(worker: MediaWorker): WorkerPulse<types.Worker, types.WorkerResourceUsage> {
    return new WorkerPulse(
      (running) => running.getResourceUsage(),
      ({ ru_utime, ru_stime }, running) => {
        const { handshakes } = worker.load;
        this.#lastAnswers.set(worker, {
          ...{ worker: running, handshakes },
          ...{ cpuMs: ru_utime + ru_stime, atMs: performance.now() },
        });
      },
      (running) => {
        this.#logger.error({ worker: worker.index, workerPid: running.pid }, 'a media worker is frozen and is killed');
        worker.kill(running);
      },
      // Only while a worker does not answer.
      ({ pid }) => processUse(pid)?.cpuMs ?? null,
    );
  }

  #tick(): void {
    for (const [worker, pulse] of this.#pulses) pulse.tick(worker.running?.worker ?? null);
    this.#ticks += 1;
    if (this.#ticks % TICKS_PER_SAMPLE !== 0 || this.#sampling) return;
    this.#sampling = true;
    this.#sample()
      .catch((error: unknown) => {
        this.#logger.error({ err: error }, 'the media workers could not be measured');
      })
      .finally(() => {
        this.#sampling = false;
      });
  }

  async #sample(): Promise<void> {
    const sent = await this.#sentPerSecond();
    for (const worker of this.#workers.all()) this.#measure(worker, sent.get(worker) ?? 0);
    for (const [media, turn] of turnsOf<ClassShedding, ClassMedia>(this.#classes)) this.#review(media, turn);
  }

  /** Waits for nobody: what a frozen worker has to be told would keep back all the others. */
  #review(media: ClassMedia, turn: Turn): void {
    media.shedding.review(performance.now(), turn).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'what a class gives up could not be told to its workers');
    });
  }

  #measure(worker: MediaWorker, sentPerSecond: number): void {
    const now = this.#lastAnswers.get(worker);
    const before = this.#lastSamples.get(worker);
    if (!now || now.worker !== worker.running?.worker) {
      worker.usage = null;
      return;
    }
    this.#lastSamples.set(worker, now);
    if (before?.worker !== now.worker || now.atMs <= before.atMs) return;
    const elapsedMs = now.atMs - before.atMs;
    const cpuMs = now.cpuMs - before.cpuMs;
    const handshakes = now.handshakes - before.handshakes;
    const perSecond = sentPerSecond + worker.load.idlePerSecond;
    worker.cost.correct({ cpuMs, packets: (perSecond * elapsedMs) / 1_000, handshakes, elapsedMs });
    const mediaMs = Math.max(0, cpuMs - worker.cost.handshakesMs(handshakes));
    worker.usage = {
      ...{ cpuShare: cpuMs / elapsedMs, mediaShare: mediaMs / elapsedMs },
      residentBytes: processUse(now.worker.pid)?.residentBytes ?? 0,
    };
  }

  async #sentPerSecond(): Promise<ReadonlyMap<MediaWorker, number>> {
    const sum = new Map<MediaWorker, number>();
    const classes = [...this.#classes];
    await Promise.all(classes.map((media) => media.sampleRates()));
    for (const media of classes) {
      for (const [worker, perSecond] of media.sentPerSecond()) sum.set(worker, (sum.get(worker) ?? 0) + perSecond);
    }
    return sum;
  }
}
