import type { Reaction, Tally } from '@lectern/contracts';

/** Reactions as tallies: how many of each since they were last taken. Who reacted is not kept. */
export class Reactions {
  #tally: Partial<Record<Reaction, number>> = {};
  #empty = true;

  get empty(): boolean {
    return this.#empty;
  }

  add(reaction: Reaction): void {
    this.#tally[reaction] = (this.#tally[reaction] ?? 0) + 1;
    this.#empty = false;
  }

  /** The tally since the last call; counting begins anew. */
  take(): Tally {
    const taken = this.#tally;
    this.#tally = {};
    this.#empty = true;
    return taken;
  }
}
