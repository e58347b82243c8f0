import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Sample } from './exposition.ts';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;
/** Upper bounds of the buckets; dense around the 50 ms that a class bears. */
const LOOP_DELAY_BOUNDS_MS = [1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 250, 500, 1_000, 2_500];

/** How late the event loop was at each look, fifty a second: since the last turn, and in all since the start. */
export class LoopDelays {
  readonly #loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  /** Of all turns but the one that runs: how many were within each bound. */
  #within = LOOP_DELAY_BOUNDS_MS.map(() => 0);
  #count = 0;
  #sumMs = 0;

  constructor() {
    this.#loop.enable();
  }

  /** Begins a new turn. Gives the p99 of the one that ends, in milliseconds; null where nothing was looked at. */
  turn(): number | null {
    const { count } = this.#loop;
    // The histogram holds the time from look to look, and so the pause between two of them.
    const p99Ms = count === 0 ? null : Math.max(0, this.#loop.percentile(99) / NS_PER_MS - RESOLUTION_MS);
    this.#within = this.#withinNow();
    this.#sumMs += this.#turnSumMs();
    this.#count += count;
    this.#loop.reset();
    return p99Ms;
  }

  /** All since the start as a histogram's samples, in seconds. */
  samples(): Sample[] {
    const count = this.#count + this.#loop.count;
    const within = this.#withinNow();
    return [
      ...LOOP_DELAY_BOUNDS_MS.map((boundMs, index) => bucket(String(boundMs / 1_000), within[index] ?? 0)),
      bucket('+Inf', count),
      { suffix: '_sum', value: (this.#sumMs + this.#turnSumMs()) / 1_000 },
      { suffix: '_count', value: count },
    ];
  }

  close(): void {
    this.#loop.disable();
  }

  #withinNow(): number[] {
    return LOOP_DELAY_BOUNDS_MS.map((boundMs, index) => (this.#within[index] ?? 0) + this.#turnWithin(boundMs));
  }

  #turnSumMs(): number {
    const { count, mean } = this.#loop;
    return count === 0 ? 0 : Math.max(0, mean / NS_PER_MS - RESOLUTION_MS) * count;
  }

  /** Node's histogram tells no counts, but the value of each rank: the last rank within the bound is the count. */
  #turnWithin(boundMs: number): number {
    const boundNs = (boundMs + RESOLUTION_MS) * NS_PER_MS;
    const { count } = this.#loop;
    let [least, most] = [0, count];
    while (least < most) {
      const rank = Math.ceil((least + most) / 2);
      // A quarter below the rank, so that no rounding makes it the next one.
      if (this.#loop.percentile(((rank - 0.25) / count) * 100) <= boundNs) least = rank;
      else most = rank - 1;
    }
    return least;
  }
}

function bucket(le: string, value: number): Sample {
  return { suffix: '_bucket', labels: { le }, value };
}
