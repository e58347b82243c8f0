/** After a reconnect a device sends two minutes of windows at once: 24. Twice that and some is still honest. */
const BURST = 60;
/** A device sends one datagram every five seconds. */
const PER_SECOND = 1;
/** After so long without a datagram every bucket is full again. */
const RESTED_AFTER_MS = (BURST / PER_SECOND) * 1_000;

interface Bucket {
  readonly tokens: number;
  readonly filledAtMs: number;
}

/** How many datagrams one contributor may send: a token bucket each, forgotten once it is full again. */
export class ContributorLimit {
  readonly #now: () => number;
  /** The first was longest without a datagram. */
  readonly #buckets = new Map<string, Bucket>();
  #contributors = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Contributors who have sent anything; who comes back after a minute counts again. */
  get contributors(): number {
    return this.#contributors;
  }

  /** Those who are remembered now. */
  get remembered(): number {
    return this.#buckets.size;
  }

  /** Takes one token; false when there is none. */
  allows(contributorId: string): boolean {
    const nowMs = this.#now();
    this.#forgetRested(nowMs);
    const before = this.#buckets.get(contributorId);
    if (before === undefined) this.#contributors += 1;
    const { tokens, filledAtMs } = before ?? { tokens: BURST, filledAtMs: nowMs };
    const filled = Math.min(BURST, tokens + ((nowMs - filledAtMs) / 1_000) * PER_SECOND);
    const allowed = filled >= 1;
    this.#buckets.delete(contributorId);
    this.#buckets.set(contributorId, { tokens: allowed ? filled - 1 : filled, filledAtMs: nowMs });
    return allowed;
  }

  #forgetRested(nowMs: number): void {
    for (const [contributorId, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs < RESTED_AFTER_MS) break;
      this.#buckets.delete(contributorId);
    }
  }
}
