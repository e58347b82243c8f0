/** Looking down for less than this is brief: notes, a keyboard, a glance at the phone. After that it is not facing. */
export const BRIEF_MS = 20_000;
/** Who shows no face for longer is not bowed over notes: they left. */
const BOWED_MS = 10_000;
/** A look up that is shorter does not end the run. */
const FORGIVEN_MS = 1200;

/** What a frame shows of somebody who may look down: nothing of the face, eyes that are closed, or where they look. */
export type Seen = 'no-face' | 'closed-eyes' | 'down' | 'perhaps-down' | 'up';

/**
 * Since when somebody looks down, frame after frame. A face that is lost while looking down counts on for a while: a bowed head shows none. Eyes that seem
 * closed, or that perhaps look down, do not end it, since lids are low over notes, but are not looking down themselves.
 */
export class LookingDown {
  #sinceMs: number | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #faceMs = Number.NEGATIVE_INFINITY;

  /** Whether this frame is one of a look down that has lasted less than `BRIEF_MS`; null when it is none. */
  note(tMs: number, seen: Seen): 'brief' | 'long' | null {
    if (seen !== 'no-face') this.#faceMs = tMs;
    const isLost = tMs - this.#faceMs > BOWED_MS;
    const goesOn = this.#sinceMs !== null && tMs - this.#lastMs <= FORGIVEN_MS && !isLost;
    if (seen === 'down' && !goesOn) this.#sinceMs = tMs;
    if (seen === 'down' || (goesOn && seen !== 'up')) this.#lastMs = tMs;
    else if (!goesOn) this.#sinceMs = null;
    if (this.#sinceMs === null || this.#lastMs !== tMs || seen === 'closed-eyes' || seen === 'perhaps-down')
      return null;
    return tMs - this.#sinceMs < BRIEF_MS ? 'brief' : 'long';
  }
}
