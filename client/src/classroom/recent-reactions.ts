import type { Tally } from '@lectern/contracts';

/** How long a batch of reactions counts as right now. */
const SHOWN_MS = 4000;

/** The reactions of the last few seconds: the server tells batches, each fades by itself. */
export class RecentReactions {
  readonly #onChange: (tally: Tally) => void;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #tally: Tally = {};

  constructor(onChange: (tally: Tally) => void) {
    this.#onChange = onChange;
  }

  add(batch: Tally): void {
    this.#change(batch, 1);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#change(batch, -1);
    }, SHOWN_MS);
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #change(batch: Tally, sign: 1 | -1): void {
    const next = { ...this.#tally };
    for (const [reaction, amount] of Object.entries(batch) as [keyof Tally, number][])
      next[reaction] = Math.max(0, (next[reaction] ?? 0) + sign * amount);
    this.#tally = next;
    this.#onChange(next);
  }
}
