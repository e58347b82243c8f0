import { SHEDDING_STEPS } from '@lectern/contracts';
import type { Shedding as SheddingState, SheddingReason, SheddingStep } from '@lectern/contracts';

/** A worker is near its budget above this share of it. */
export const NEAR = 0.9;
/** Below this share there is room again. */
export const EASED = 0.7;
/** A storm of joins or key frames passes by itself. */
const NEAR_FOR_MS = 10_000;
/** Long enough to see whether what was given back fits. */
const EASED_FOR_MS = 30_000;

/** How full the fullest worker of a class is, and what fills it. */
export interface Pressure {
  readonly share: number;
  readonly reason: SheddingReason;
}

/** What a class may do now, beside the others. */
export interface Turn {
  /** Gives up more where its workers are near their budget, without waiting for that, or not at all. */
  readonly giveUp: 'when-near' | 'now' | 'never';
  /** Gives up all that is left, and not one step. */
  readonly everything: boolean;
  /** Takes back where there is room. */
  readonly takeBack: boolean;
}

/**
 * What a class gives up while its workers are near their budget, one step after the other and the teacher's voice never: a step
 * more after 10 s above 90 %, a step less after 30 s below 70 %.
 */
export class Shedding {
  #state: SheddingState = { step: 'none', reason: null };
  #nearSinceMs: number | null = null;
  #easedSinceMs: number | null = null;

  get state(): SheddingState {
    return this.#state;
  }

  /**
   * Takes note of the pressure now; true when the step is another one. `sheds` says whether a step would give up anything
   * that is sent now: one that would not is passed over. Time in which it is not this class's turn does not count.
   */
  note({ share, reason }: Pressure, nowMs: number, sheds: (step: SheddingStep) => boolean, turn: Turn): boolean {
    this.#nearSinceMs = turn.giveUp === 'when-near' && share > NEAR ? (this.#nearSinceMs ?? nowMs) : null;
    this.#easedSinceMs = turn.takeBack && share < EASED ? (this.#easedSinceMs ?? nowMs) : null;
    const isNear = this.#nearSinceMs !== null && nowMs - this.#nearSinceMs >= NEAR_FOR_MS;
    if (isNear || turn.giveUp === 'now') {
      const next = this.next(sheds);
      if (next === undefined) return false;
      if (isNear) this.#nearSinceMs = nowMs;
      this.#giveUp(next, reason, turn.everything ? sheds : () => false);
      return true;
    }
    if (this.#index > 0 && this.#easedSinceMs !== null && nowMs - this.#easedSinceMs >= EASED_FOR_MS) {
      this.#easedSinceMs = nowMs;
      const step = SHEDDING_STEPS[this.#index - 1] ?? 'none';
      this.#state = { step, reason: step === 'none' ? null : this.#state.reason };
      return true;
    }
    return false;
  }

  /** The next step that would give up anything that is sent now; undefined where nothing is left. */
  next(sheds: (step: SheddingStep) => boolean): SheddingStep | undefined {
    return SHEDDING_STEPS.slice(this.#index + 1).find(sheds);
  }

  /** Takes this step, and those after it that still give up anything. */
  #giveUp(first: SheddingStep, reason: SheddingReason, sheds: (step: SheddingStep) => boolean): void {
    for (let step: SheddingStep | undefined = first; step !== undefined; step = this.next(sheds)) {
      this.#state = { step, reason };
    }
  }

  get #index(): number {
    return SHEDDING_STEPS.indexOf(this.#state.step);
  }
}
