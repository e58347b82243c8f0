import { processUse } from '../process-use.ts';
import type { Sample } from './exposition.ts';
import { LoopDelays } from './loop-delays.ts';

const SAMPLE_EVERY_MS = 5_000;
/** What a process used. Null: not known, as of one that has just started or has ended. */
export interface SampledUse {
  /** Share of one core over the last sample. */
  readonly cpuShare: number | null;
  readonly residentBytes: number | null;
  /** Resident memory of its own. */
  readonly ownBytes: number | null;
}

const UNKNOWN: SampledUse = { cpuShare: null, residentBytes: null, ownBytes: null };

/** Looks at processes of this machine every five seconds, by /proc; where there is none nothing is known. */
export class ProcessSampler {
  readonly #pids: () => readonly number[];
  readonly #nowMs: () => number;
  readonly #loop = new LoopDelays();
  readonly #timer: NodeJS.Timeout;
  /** CPU so far. */
  #before = new Map<number, number>();
  #uses = new Map<number, SampledUse>();
  #sampledMs: number;
  #eventLoopP99Ms: number | null = null;

  /** `pids` gives those to look at now, this process being always one. */
  constructor(pids: () => readonly number[], nowMs: () => number = () => performance.now()) {
    this.#pids = pids;
    this.#nowMs = nowMs;
    this.#sampledMs = nowMs();
    this.sample();
    this.#timer = setInterval(() => {
      this.sample();
    }, SAMPLE_EVERY_MS).unref();
  }

  /** How late the event loop was at the most in 99 of 100 looks of the last sample; null before the first. */
  get eventLoopP99Ms(): number | null {
    return this.#eventLoopP99Ms;
  }

  /** How late the event loop was since the start, as a histogram's samples in seconds. */
  loopDelays(): Sample[] {
    return this.#loop.samples();
  }

  of(pid: number | null): SampledUse {
    return (pid === null ? undefined : this.#uses.get(pid)) ?? UNKNOWN;
  }

  sample(): void {
    const nowMs = this.#nowMs();
    const elapsedMs = nowMs - this.#sampledMs;
    const cpuMs = new Map<number, number>();
    const uses = new Map<number, SampledUse>();
    for (const pid of new Set([process.pid, ...this.#pids()])) {
      const use = processUse(pid);
      if (use === null) continue;
      cpuMs.set(pid, use.cpuMs);
      const before = this.#before.get(pid);
      const cpuShare = before !== undefined && elapsedMs > 0 ? Math.max(0, use.cpuMs - before) / elapsedMs : null;
      uses.set(pid, { cpuShare, residentBytes: use.residentBytes, ownBytes: use.anonymousBytes });
    }
    this.#before = cpuMs;
    this.#uses = uses;
    this.#sampledMs = nowMs;
    this.#eventLoopP99Ms = this.#loop.turn() ?? this.#eventLoopP99Ms;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#loop.close();
  }
}
