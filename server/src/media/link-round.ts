/** The next few links are asked so often: a worker sends no packet of sound while it answers. */
export const LINK_LOOK_MS = 20;
/** Each link is asked once in so long: with the answer, and the bytes that it may bring at once, a flood is found within a second. */
const ROUND_MS = 800;
/** A question wakes its worker up, which costs more than the answer: where few are due, so many are asked together, or who is due after so long. */
export const ASKED_TOGETHER = 8;
export const LONGEST_APART_MS = 100;
/** Of all workers together; an answer costs this process 15 to 23 us, an eighth of a core at most. 4,000 links are asked in time, more of them later. */
const MOST_PER_MS = 5;
/** However late the event loop is, or many open at once: a worker takes 5 us for each. */
const MOST_AT_ONCE = 250;
/** So many answers a worker may owe: one that stands still is not asked more. */
const MOST_OWED = 500;
/** Links that have opened are looked for so often. */
const LIST_EVERY_MS = 200;

interface LinkRoundOptions<Link extends object, Of> {
  /** Those that are open now, with whatever `ask` has to know of them. */
  readonly links: () => Iterable<readonly [Link, Of]>;
  readonly workerOf: (link: Link) => object;
  /** Never rejects. */
  readonly ask: (link: Link, of: Of) => Promise<void>;
}

/** Asks all links of all workers in turn, evenly; new ones first, and beside the others. No worker waits for another. */
export class LinkRound<Link extends object, Of> {
  readonly #options: LinkRoundOptions<Link, Of>;
  /** Who is asked next is the first. */
  #queue = new Map<Link, Of>();
  readonly #owed = new WeakMap<object, number>();
  #listedMs = -Infinity;
  #lastMs: number | null = null;
  /** When somebody was asked last. */
  #askedMs = -Infinity;
  /** Links have opened since. */
  #hasOpened = false;
  /** Links that may be asked by now, the part of one included. */
  #due = 0;

  constructor(options: LinkRoundOptions<Link, Of>) {
    this.#options = options;
  }

  /** Asks those who are due; `nowMs` by the monotonic clock. */
  look(nowMs: number): void {
    const perMs = Math.min(MOST_PER_MS, this.#queue.size / ROUND_MS);
    const due = this.#due + perMs * (nowMs - (this.#lastMs ?? nowMs));
    this.#due = Math.min(due, MOST_AT_ONCE, this.#queue.size);
    this.#lastMs = nowMs;
    if (nowMs - this.#listedMs >= LIST_EVERY_MS) this.#list(nowMs);
    const isEarly = this.#due < ASKED_TOGETHER && nowMs - this.#askedMs < LONGEST_APART_MS;
    if (this.#due < 1 || (isEarly && !this.#hasOpened)) return;
    this.#askedMs = nowMs;
    this.#hasOpened = false;
    let left = MOST_AT_ONCE;
    for (const [link, of] of this.#queue) {
      if (this.#due < 1 || left === 0) return;
      this.#due -= 1;
      left -= 1;
      // Set anew: the map stays ordered by who is asked next.
      this.#queue.delete(link);
      this.#queue.set(link, of);
      void this.#ask(link, of);
    }
  }

  #list(nowMs: number): void {
    this.#listedMs = nowMs;
    const open = new Map(this.#options.links());
    const known = [...this.#queue].filter(([link]) => open.has(link));
    const opened = [...open].filter(([link]) => !this.#queue.has(link));
    this.#queue = new Map([...opened, ...known]);
    this.#due = Math.min(this.#due, known.length) + opened.length;
    this.#hasOpened ||= opened.length > 0;
  }

  async #ask(link: Link, of: Of): Promise<void> {
    const worker = this.#options.workerOf(link);
    const owed = () => this.#owed.get(worker) ?? 0;
    if (owed() >= MOST_OWED) return;
    this.#owed.set(worker, owed() + 1);
    await this.#options.ask(link, of);
    this.#owed.set(worker, owed() - 1);
  }
}
