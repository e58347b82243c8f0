import { readFileSync } from 'node:fs';
import type { Sample } from './exposition.ts';
import { LoopDelays } from './loop-delays.ts';

const SAMPLE_EVERY_MS = 5_000;
/** Linux counts a process's time in these, whatever its kernel's own clock. */
const TICK_MS = 10;
const PAGE_BYTES = 4_096;
/** Places in /proc/PID/stat behind the name: the state is the first. */
const [USER_TICKS, SYSTEM_TICKS, RESIDENT_PAGES] = [11, 12, 21];

interface Usage {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** What a process used. Null: not known, as of one that has just started or has ended. */
export interface ProcessUse {
  /** Share of one core over the last sample. */
  readonly cpuShare: number | null;
  readonly residentBytes: number | null;
}

const UNKNOWN: ProcessUse = { cpuShare: null, residentBytes: null };

/** Looks at processes of this machine every five seconds, by /proc; where there is none nothing is known. */
export class ProcessSampler {
  readonly #pids: () => readonly number[];
  readonly #nowMs: () => number;
  readonly #loop = new LoopDelays();
  readonly #timer: NodeJS.Timeout;
  #before = new Map<number, Usage>();
  #uses = new Map<number, ProcessUse>();
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

  of(pid: number | null): ProcessUse {
    return (pid === null ? undefined : this.#uses.get(pid)) ?? UNKNOWN;
  }

  sample(): void {
    const nowMs = this.#nowMs();
    const elapsedMs = nowMs - this.#sampledMs;
    const usages = new Map<number, Usage>();
    const uses = new Map<number, ProcessUse>();
    for (const pid of new Set([process.pid, ...this.#pids()])) {
      const usage = usageOf(pid);
      if (usage === null) continue;
      usages.set(pid, usage);
      const before = this.#before.get(pid);
      const cpuShare = before && elapsedMs > 0 ? Math.max(0, usage.cpuMs - before.cpuMs) / elapsedMs : null;
      uses.set(pid, { cpuShare, residentBytes: usage.residentBytes });
    }
    this.#before = usages;
    this.#uses = uses;
    this.#sampledMs = nowMs;
    this.#eventLoopP99Ms = this.#loop.turn() ?? this.#eventLoopP99Ms;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#loop.close();
  }
}

function usageOf(pid: number): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
    return { cpuMs: ticks * TICK_MS, residentBytes: Number(fields[RESIDENT_PAGES]) * PAGE_BYTES };
  } catch {
    return null;
  }
}
