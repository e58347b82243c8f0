import type { FaceReading } from './face-reading.ts';
import type { Lids } from './eyelids.ts';
import { eyeWeights, gazeOffLens, type EyeLooks } from './gaze.ts';
import { composed, directionOf, poseOf, rotated, rotationOf } from './geometry.ts';
import { logOddsOf, probabilityOf } from './log-odds.ts';
import type { PictureQuality } from './picture-quality.ts';

/** What is known of one frame. Lives in the worker only and is forgotten with its window; docs/privacy.md lists what of it is remembered. */
export interface ObservedFrame {
  /** Milliseconds of the class clock when the frame arrived. */
  readonly tMs: number;
  readonly face: FaceObservables | null;
  /** What the lids do; `open` without a face. */
  readonly lids: Lids;
  readonly picture: PictureQuality;
}

/** A frame in which a face was found. */
export interface FrameWithFace extends ObservedFrame {
  readonly face: FaceObservables;
}

export function hasFace(frame: ObservedFrame): frame is FrameWithFace {
  return frame.face !== null;
}

/**
 * The face of one frame. Angles in degrees; left and right are the subject's. In camera coordinates zero runs against the optical
 * axis; `offLens` means against the line from the head to the lens, zero when it points into the lens wherever the head is.
 */
export interface FaceObservables {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  /** Eye and head together, in camera coordinates. */
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
  readonly offLensYawDeg: number;
  readonly offLensPitchDeg: number;
  readonly offLensGazeYawDeg: number;
  readonly offLensGazePitchDeg: number;
  /** How far the lids are open: 1 as far as the person opens them, 0 closed. */
  readonly eyeOpenLeft: number;
  readonly eyeOpenRight: number;
  /**
   * Of both eyes, in log-odds, the one that is turned to the lens counting more: lids close together, so that an eye which is surely open
   * outweighs one that only looks closed.
   */
  readonly openness: number;
  /** Distance of the outer eye corners, as if seen frontally, over the frame's width. */
  readonly size: number;
  /** Middle of the eyes in the frame, 0..1 from the left and from the top. */
  readonly x: number;
  readonly y: number;
}

/** One face in angles and openness. */
export function observeFace(reading: FaceReading, eyes: EyeLooks): FaceObservables {
  const toLens = rotationOf({ ...reading.toLens, rollDeg: 0 });
  const gaze = gazeOffLens(reading, eyes);
  const weights = eyeWeights(reading.offLens.yawDeg);
  const offLensGaze = directionOf(gaze);
  const gazeInCamera = directionOf(rotated(toLens, gaze));
  return {
    ...poseOf(composed(toLens, rotationOf(reading.offLens))),
    gazeYawDeg: gazeInCamera.yawDeg,
    gazePitchDeg: gazeInCamera.pitchDeg,
    offLensYawDeg: reading.offLens.yawDeg,
    offLensPitchDeg: reading.offLens.pitchDeg,
    offLensGazeYawDeg: offLensGaze.yawDeg,
    offLensGazePitchDeg: offLensGaze.pitchDeg,
    eyeOpenLeft: eyes.left.open,
    eyeOpenRight: eyes.right.open,
    openness: probabilityOf(weights.left * logOddsOf(eyes.left.open) + weights.right * logOddsOf(eyes.right.open)),
    size: reading.size,
    x: reading.x,
    y: reading.y,
  };
}
