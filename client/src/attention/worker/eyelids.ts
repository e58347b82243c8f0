/** Openness that most people have with open eyes, until a person's own is known. */
const USUAL_OPENNESS = 0.32;
/** Below this share of the person's own openness the eyes count as closed. */
export const CLOSED_SHARE = 0.62;
/** A blink is over within this time; eyes that stay closed for longer are closed. */
const LONGEST_BLINK_MS = 500;
const MEMORY = 40;
const FEWEST = 6;
const LEVEL_QUANTILE = 0.7;

/** What the lids do in one frame. */
export type Lids = 'open' | 'blink' | 'closed';

/** Tells blinks from closed eyes against the person's own openness, frame after frame. In memory only. */
export class Eyelids {
  #recent: number[] = [];
  #lowSinceMs: number | null = null;

  /** The openness that this person has with open eyes. */
  get level(): number {
    if (this.#recent.length < FEWEST) return USUAL_OPENNESS;
    const sorted = [...this.#recent].sort((a, b) => a - b);
    return sorted[Math.floor(LEVEL_QUANTILE * (sorted.length - 1))] ?? USUAL_OPENNESS;
  }

  note(tMs: number, openness: number): Lids {
    const isLow = openness < CLOSED_SHARE * this.level;
    // The first looks are taken as they are: eyes that are narrow by nature are not closed.
    if (!isLow || this.#recent.length < FEWEST) {
      this.#recent.push(openness);
      if (this.#recent.length > MEMORY) this.#recent.shift();
    }
    if (!isLow) {
      this.#lowSinceMs = null;
      return 'open';
    }
    this.#lowSinceMs ??= tMs;
    return tMs - this.#lowSinceMs < LONGEST_BLINK_MS ? 'blink' : 'closed';
  }
}
