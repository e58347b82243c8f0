/** More than a quarter above what is usual, and this share of a core: less is a picture that changes or a sentence that begins. */
const MORE = 1.25;
const AT_LEAST = 0.03;
/** From here on a worker is near its end, whatever is usual. */
const FULL = 0.85;
/** Whoever comes in costs about as much again as their links took to come up: consumers, a key frame, the first reports. */
const COMING_IN = 2;
/** What is usual follows within some three seconds. */
const WEIGHT = 0.1;

/** What a worker had used at one look. */
interface Used {
  readonly atMs: number;
  /** CPU so far. */
  readonly cpuMs: number;
  /** The part of it since the look before that links took to come up: that many come in is no flood. */
  readonly comingUpMs: number;
}

/** Tells when a worker suddenly does more than it did, or is full: somebody may flood it. */
export class Startle {
  #last: Used | null = null;
  #usual: number | null = null;

  /** True when it does since the look before. */
  note(now: Used): boolean {
    const before = this.#last;
    this.#last = now;
    if (before === null || now.atMs <= before.atMs) return false;
    const share = Math.max(0, now.cpuMs - before.cpuMs - COMING_IN * now.comingUpMs) / (now.atMs - before.atMs);
    const usual = this.#usual ?? share;
    this.#usual = usual + WEIGHT * (share - usual);
    return share > FULL || share > usual * MORE + AT_LEAST;
  }
}
