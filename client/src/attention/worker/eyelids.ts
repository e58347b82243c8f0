import { medianOf } from './quantiles.ts';

/** Until a person's own openness is known: what most people have with open eyes, and the share of it below which eyes count as closed. */
const USUAL = { openness: 0.32, closedShare: 0.62 } as const;
/** Both eyes at once below this share of the person's own openness are closed. */
const CLOSED_SHARE = 0.7;
/** And by so many of the standard deviations that open eyes show anyway. */
const CLOSED_SDS = 3;
/** In the same units as openness: no measurement is steadier. */
const LEAST_SD = 0.004;
const SD_OF_MEDIAN_DEVIATION = 1.48;
/** A blink is over within this time; eyes that stay closed for longer are closed. */
const LONGEST_BLINK_MS = 500;
/** Looks with open eyes that are remembered: few, since who looks down a little has lower lids. */
const MEMORY = 16;
const FEWEST = 6;

/** What the lids do in one frame. */
export type Lids = 'open' | 'blink' | 'closed';

/** What of a face is remembered, as `FaceObservables` has it. */
export interface Openness {
  readonly openness: number;
  readonly eyeOpenLeft: number;
  readonly eyeOpenRight: number;
}

/** Tells blinks from closed eyes against the person's own openness, frame after frame. In memory only. */
export class Eyelids {
  readonly #open: Openness[] = [];
  #lowSinceMs: number | null = null;

  note(tMs: number, face: Openness): Lids {
    const isLow = this.#isLow(face);
    // The first looks are taken as they are: eyes that are narrow by nature are not closed.
    if (!isLow || this.#open.length < FEWEST) {
      this.#open.push(face);
      if (this.#open.length > MEMORY) this.#open.shift();
    }
    if (!isLow) {
      this.#lowSinceMs = null;
      return 'open';
    }
    this.#lowSinceMs ??= tMs;
    return tMs - this.#lowSinceMs < LONGEST_BLINK_MS ? 'blink' : 'closed';
  }

  #isLow(face: Openness): boolean {
    if (this.#open.length < FEWEST) return face.openness < USUAL.closedShare * USUAL.openness;
    const usual = (eye: keyof Openness): number => medianOf(this.#open.map((look) => look[eye]));
    const level = usual('openness');
    const off = medianOf(this.#open.map(({ openness }) => Math.abs(openness - level)));
    const sd = SD_OF_MEDIAN_DEVIATION * off + LEAST_SD;
    return (
      face.eyeOpenLeft < CLOSED_SHARE * usual('eyeOpenLeft') &&
      face.eyeOpenRight < CLOSED_SHARE * usual('eyeOpenRight') &&
      level - face.openness > CLOSED_SDS * sd
    );
  }
}
