import { eyeWeights } from './gaze.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';
import { medianOf, quantileOf } from './quantiles.ts';

/** A sign of life is good for so long, as long as the face does not vanish in between. */
const GOOD_FOR_MS = 60_000;
/** A face that was away for so long may be another one, or a picture; who writes something down is back before. */
const AWAY_MS = 15_000;
/** Fewer faces in a window say nothing. */
const FEWEST = 4;
/** A face whose eyes span less of the frame's width trembles by as much as a larger one moves. */
const SMALL_SIZE = 0.06;

/** An eye that counts less than this is turned away: whether it closes is not seen. */
const SEEN_WEIGHT = 0.4;

/** What a sign of life is at least. */
interface Signs {
  /** Both eyes at once, as far as they are seen, less open than this share of what they mostly are in the window. */
  readonly closing: number;
  /** The head turned by more than this within the window, in degrees from the 10th to the 90th percentile. */
  readonly yawDeg: number;
  readonly pitchDeg: number;
}
const SIGNS: Signs = { closing: 0.7, yawDeg: 7, pitchDeg: 9 };
const SIGNS_OF_SMALL: Signs = { closing: 0.4, yawDeg: 14, pitchDeg: 18 };

/**
 * Whether the face shows signs of life: lids that close, or a head that turns. A photograph before the camera shows neither, though the hand
 * that holds it trembles. It only ever leads to an abstention.
 */
export class Liveness {
  #lastSignMs = Number.NEGATIVE_INFINITY;
  #lastFaceMs = Number.NEGATIVE_INFINITY;

  /** Takes the frames of one window, in order. */
  note(frames: readonly ObservedFrame[]): void {
    let sinceMs = Number.NEGATIVE_INFINITY;
    const faces: FaceObservables[] = [];
    for (const { tMs, face } of frames) {
      if (face === null) continue;
      if (tMs - this.#lastFaceMs > AWAY_MS) {
        this.#lastSignMs = Number.NEGATIVE_INFINITY;
        faces.length = 0;
      }
      this.#lastFaceMs = tMs;
      sinceMs = tMs;
      faces.push(face);
    }
    if (showsLife(faces)) this.#lastSignMs = sinceMs;
  }

  isShownAt(nowMs: number): boolean {
    return nowMs - this.#lastSignMs <= GOOD_FOR_MS;
  }
}

function showsLife(faces: readonly FaceObservables[]): boolean {
  if (faces.length < FEWEST) return false;
  const median = (of: (face: FaceObservables) => number): number => medianOf(faces.map(of));
  const spread = (of: (face: FaceObservables) => number): number =>
    quantileOf(faces.map(of), 0.9) - quantileOf(faces.map(of), 0.1);
  const { closing, yawDeg, pitchDeg } = median(({ size }) => size) < SMALL_SIZE ? SIGNS_OF_SMALL : SIGNS;
  const [left, right] = [median(({ eyeOpenLeft }) => eyeOpenLeft), median(({ eyeOpenRight }) => eyeOpenRight)];
  const leastOpen = faces.map(({ offLensYawDeg, eyeOpenLeft, eyeOpenRight }) => {
    const weights = eyeWeights(offLensYawDeg);
    return Math.max(
      weights.left < SEEN_WEIGHT ? 0 : eyeOpenLeft / left,
      weights.right < SEEN_WEIGHT ? 0 : eyeOpenRight / right,
    );
  });
  return (
    Math.min(...leastOpen) < closing ||
    spread(({ offLensYawDeg }) => offLensYawDeg) > yawDeg ||
    spread(({ offLensPitchDeg }) => offLensPitchDeg) > pitchDeg
  );
}
