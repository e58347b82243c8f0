import type { ObservedFrame } from './observables.ts';

/** A sign of life is good for so long, as long as the face does not vanish in between. */
const GOOD_FOR_MS = 120_000;
/** A face that was away for so long may be another one, or a picture. */
const AWAY_MS = 2000;
/** After so long without any sign of life what is seen is called a picture: a slow device misses many of a person's blinks. */
const WAIT_MS = 120_000;
/** How far the eyes move in the head within one window, in degrees from the 10th to the 90th percentile, where somebody lives. */
const MOVING_EYES_DEG = { yaw: 3.5, pitch: 3.5 } as const;

export type Life = 'shown' | 'not-yet' | 'none';

/**
 * Whether the face shows signs of life: a blink, or eyes that move in the head. A photograph before the camera shows neither, however it
 * is held. It only ever leads to an abstention.
 */
export class Liveness {
  #lastSignMs = Number.NEGATIVE_INFINITY;
  #faceSinceMs: number | null = null;
  #lastFaceMs = Number.NEGATIVE_INFINITY;

  /** Takes the frames of one window, in order. */
  note(frames: readonly ObservedFrame[]): void {
    let blinkingSince: number | null = null;
    for (const { tMs, face, lids } of frames) {
      if (face === null) continue;
      if (tMs - this.#lastFaceMs > AWAY_MS) {
        this.#lastSignMs = Number.NEGATIVE_INFINITY;
        this.#faceSinceMs = tMs;
      }
      this.#lastFaceMs = tMs;
      // A blink is one when the eyes are open again.
      if (lids === 'blink') blinkingSince ??= tMs;
      else {
        if (lids === 'open' && blinkingSince !== null) this.#lastSignMs = tMs;
        blinkingSince = null;
      }
    }
    if (moves(frames)) this.#lastSignMs = Math.max(this.#lastSignMs, this.#lastFaceMs);
  }

  at(nowMs: number): Life {
    if (nowMs - this.#lastSignMs <= GOOD_FOR_MS) return 'shown';
    return this.#faceSinceMs === null || nowMs - this.#faceSinceMs <= WAIT_MS ? 'not-yet' : 'none';
  }
}

function moves(frames: readonly ObservedFrame[]): boolean {
  const seen = frames.flatMap(({ face, lids }) => (face === null || lids !== 'open' ? [] : [face]));
  if (seen.length < 5) return false;
  const spread = (values: number[]): number => {
    const sorted = values.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return at(0.9) - at(0.1);
  };
  return (
    spread(seen.map((face) => face.offLensGazeYawDeg - face.offLensYawDeg)) > MOVING_EYES_DEG.yaw ||
    spread(seen.map((face) => face.offLensGazePitchDeg - face.offLensPitchDeg)) > MOVING_EYES_DEG.pitch
  );
}
