/** The face turned within this time before it was lost: at two or three looks a second the last one may have been another way. */
const TURNED_WITHIN_MS = 1000;

/**
 * Whether a face that is not found was lost while it turned to a screen that the person had declared. A face that is turned by more than some 50
 * degrees is not found, and who follows the class over there has not left.
 */
export class LostAside {
  #faceMs = Number.NEGATIVE_INFINITY;
  #asideMs = Number.NEGATIVE_INFINITY;

  /** Takes one frame: whether its face looks towards such a screen, or null where no face is found. */
  note(tMs: number, looksThere: boolean | null): boolean {
    if (looksThere !== null) {
      this.#faceMs = tMs;
      if (looksThere) this.#asideMs = tMs;
      return false;
    }
    return this.#faceMs - this.#asideMs <= TURNED_WITHIN_MS;
  }
}
