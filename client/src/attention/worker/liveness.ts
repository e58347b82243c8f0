import { eyeWeights } from './gaze.ts';
import { logOddsOf } from './log-odds.ts';
import { hasFace, type FaceObservables, type FrameWithFace, type ObservedFrame } from './observables.ts';
import { medianOf, quantileOf } from './quantiles.ts';

/** A sign of life is good for so long, as long as the face does not vanish in between. */
const GOOD_FOR_MS = 60_000;
/** A face that was away for so long may be another one, or a picture; who writes something down is back before. */
const AWAY_MS = 15_000;
/** Fewer faces in a window say nothing. */
const FEWEST = 4;
/** A face whose eyes span less of the frame's width trembles by as much as a larger one moves. */
const SMALL_SIZE = 0.06;

/** By how much, in log-odds, a blink lies below the window's median: a picture of somebody with closed eyes does not blink. */
const FALL_LOG_ODDS = 2;
/** An eye that counts less than this is turned away: whether it closes is not seen. */
const SEEN_WEIGHT = 0.4;

/** What a sign of life is at least. */
interface Signs {
  /** In a blink, eyes less open than this, each that is seen. */
  readonly open: number;
  /** The head turned by more than this within the window, in degrees from the 10th to the 90th percentile. */
  readonly yawDeg: number;
  readonly pitchDeg: number;
}
const SIGNS: Signs = { open: 0.95, yawDeg: 6, pitchDeg: 7.5 };
const SIGNS_OF_SMALL: Signs = { open: 0.6, yawDeg: 14, pitchDeg: 18 };

/**
 * Whether the face shows signs of life: a blink, or a head that turns. A photograph before the camera shows neither, though the hand
 * that holds it trembles. It only ever leads to an abstention.
 */
export class Liveness {
  #lastSignMs = Number.NEGATIVE_INFINITY;
  #lastFaceMs = Number.NEGATIVE_INFINITY;

  /** Takes the frames of one window, in order. */
  note(frames: readonly ObservedFrame[]): void {
    let sinceMs = Number.NEGATIVE_INFINITY;
    const seen: FrameWithFace[] = [];
    for (const frame of frames.filter(hasFace)) {
      const { tMs } = frame;
      if (tMs - this.#lastFaceMs > AWAY_MS) {
        this.#lastSignMs = Number.NEGATIVE_INFINITY;
        seen.length = 0;
      }
      this.#lastFaceMs = tMs;
      sinceMs = tMs;
      seen.push(frame);
    }
    if (showsLife(seen)) this.#lastSignMs = sinceMs;
  }

  isShownAt(nowMs: number): boolean {
    return nowMs - this.#lastSignMs <= GOOD_FOR_MS;
  }
}

function showsLife(seen: readonly FrameWithFace[]): boolean {
  if (seen.length < FEWEST) return false;
  const faces = seen.map(({ face }) => face);
  const median = (of: (face: FaceObservables) => number): number => medianOf(faces.map(of));
  const spread = (of: (face: FaceObservables) => number): number =>
    quantileOf(faces.map(of), 0.9) - quantileOf(faces.map(of), 0.1);
  const signs = median(({ size }) => size) < SMALL_SIZE ? SIGNS_OF_SMALL : SIGNS;
  const shut = median(({ openness }) => logOddsOf(openness)) - FALL_LOG_ODDS;
  return (
    seen.some(({ face, lids }) => lids === 'blink' && logOddsOf(face.openness) < shut && mostOpen(face) < signs.open) ||
    spread(({ offLensYawDeg }) => offLensYawDeg) > signs.yawDeg ||
    spread(({ offLensPitchDeg }) => offLensPitchDeg) > signs.pitchDeg
  );
}

/** Of the eyes that are seen. */
function mostOpen({ offLensYawDeg, eyeOpenLeft, eyeOpenRight }: FaceObservables): number {
  const weights = eyeWeights(offLensYawDeg);
  return Math.max(weights.left < SEEN_WEIGHT ? 0 : eyeOpenLeft, weights.right < SEEN_WEIGHT ? 0 : eyeOpenRight);
}
