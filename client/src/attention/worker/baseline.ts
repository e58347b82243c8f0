import { aimBy, SCREEN_MIDDLE, type Aim } from './aim.ts';
import { clamp } from './geometry.ts';

/** How far a person's own middle may lie from most people's, in degrees: somebody who begins by looking far aside is not learnt. */
const LIMIT_DEG = 15;
/** So many windows of most people's middle stand beside the person's own: few windows say little. */
const PRIOR_WINDOWS = 3;
/** Later windows still count this much, so that somebody who moves is followed. */
const MEMORY_WINDOWS = 60;
/**
 * How much of a gaze that lies higher or lower than most people's is put down to the eyes and lids, which mislead the measurement; the rest is where
 * the screen stands. Sideways all of it is the screen. From the lab's people that the model is trained on.
 */
const OF_THE_EYES = 0.45;

/**
 * One person's own middle of head and gaze, in memory only. It grows from windows of which the population's model alone is confident,
 * so that it cannot feed on itself, and moves what is seen by at most 15 degrees.
 */
export class Baseline {
  #windows = 0;
  #own: Aim = SCREEN_MIDDLE;

  /** True once a window was learnt from. */
  get isPersonal(): boolean {
    return this.#windows > 0;
  }

  /** Knows nothing of the person any more: the camera stands elsewhere. */
  forget(): void {
    this.#windows = 0;
    this.#own = SCREEN_MIDDLE;
  }

  /** Takes the median aim of a window in which the person surely faced the screen. */
  learn(median: Aim): void {
    this.#windows = Math.min(MEMORY_WINDOWS, this.#windows + 1);
    this.#own = aimBy((part) => this.#own[part] + (median[part] - this.#own[part]) / this.#windows);
  }

  /** The aim as it would be if the person's middle were everybody's. */
  corrected(aim: Aim): Aim {
    return aimBy((part) => aim[part] - this.#moved(part));
  }

  /** How much of the person's own middle is taken out, 0..1: more with each window. */
  get trust(): number {
    return this.#windows / (this.#windows + PRIOR_WINDOWS);
  }

  /** By how much this person's gaze seems higher than it is, in degrees. */
  get eyesPitchDeg(): number {
    return OF_THE_EYES * this.#moved('gazePitchDeg');
  }

  #moved(part: keyof Aim): number {
    return clamp(this.trust * (this.#own[part] - SCREEN_MIDDLE[part]), -LIMIT_DEG, LIMIT_DEG);
  }
}
