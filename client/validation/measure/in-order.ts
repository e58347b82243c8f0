/** Hands on what comes for numbered things in any order, in the order of the numbers, and no later than it can. */
export class InOrder<T> {
  readonly #hand: (number: number, items: readonly T[]) => void;
  readonly #waiting = new Map<number, T[]>();
  readonly #done = new Set<number>();
  #next = 0;

  constructor(hand: (number: number, items: readonly T[]) => void) {
    this.#hand = hand;
  }

  add(number: number, items: readonly T[]): void {
    if (number === this.#next) this.#hand(number, items);
    else {
      const waiting = this.#waiting.get(number) ?? [];
      waiting.push(...items);
      this.#waiting.set(number, waiting);
    }
  }

  /** Nothing more comes for this number. */
  finish(number: number): void {
    this.#done.add(number);
    while (this.#done.delete(this.#next)) {
      this.#next += 1;
      const waiting = this.#waiting.get(this.#next);
      this.#waiting.delete(this.#next);
      if (waiting !== undefined) this.#hand(this.#next, waiting);
    }
  }
}
