/** After a reconnect a device sends two minutes of windows at once: 24. Twice that and some is still honest. */
const BURST = 60;
/** A device sends one datagram every five seconds. */
const PER_SECOND = 1;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** How many datagrams one contributor may send: a token bucket each. */
export class ContributorLimit {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Contributors who have sent anything. */
  get contributors(): number {
    return this.#buckets.size;
  }

  /** Takes one token; false when there is none. */
  allows(contributorId: string): boolean {
    const nowMs = this.#now();
    const bucket = this.#buckets.get(contributorId) ?? { tokens: BURST, filledAtMs: nowMs };
    this.#buckets.set(contributorId, bucket);
    bucket.tokens = Math.min(BURST, bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * PER_SECOND);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
