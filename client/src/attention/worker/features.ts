import type { FaceObservables, FrameObservables } from './observables.ts';

/** Raised whenever a feature's meaning, order or default changes; the model's description names the one it was trained on. */
export const FEATURES_VERSION = 1;

/** Names and order of the window's features; analytics/training/features.py computes the same, held by golden vectors. */
export const FEATURE_NAMES = [
  'faceShare',
  'headYawMedianAbs',
  'headYawP90Abs',
  'headYawSpread',
  'headPitchMedian',
  'headPitchSpread',
  'headOnShare',
  'gazeYawMedianAbs',
  'gazeYawSpread',
  'gazePitchMedian',
  'gazeOnShare',
  'eyesClosedShare',
  'eyeOpennessMedian',
  'longestOffSeconds',
  'faceSizeMedian',
  'lightMedian',
  'sharpnessMedian',
  'rateHz',
] as const;

/** Directions against the line to the camera that count as on, in degrees: wide, since cameras stand above or beside screens. */
const ON_YAW_DEG = 25;
const ON_PITCH_LOW_DEG = -32;
const ON_PITCH_HIGH_DEG = 18;
/** Lid gap over eye width below which an eye counts as closed. */
const CLOSED_OPENNESS = 0.12;
/** One frame stands for at most this long on each side of it. */
const MAX_REACH_MS = 500;

interface WeightedFrame {
  readonly frame: FrameObservables;
  readonly weightMs: number;
}

/**
 * The features of one window, in the order of `FEATURE_NAMES`. Each frame counts with the time it stands for: to the
 * middle between it and its neighbours, at most half a second on each side, inside the window. Quantiles are the
 * smallest value at which the cumulated weight reaches the share. Without a face the face's features are 0.
 */
export function windowFeatures(frames: readonly FrameObservables[], startMs: number, endMs: number): number[] {
  const weighted = weigh(frames, startMs, endMs);
  const totalMs = sumOf(weighted, () => true);
  const faces = weighted.flatMap(({ frame, weightMs }) =>
    frame.face === null ? [] : [{ face: frame.face, weightMs }],
  );
  const faceMs = faces.reduce((sum, { weightMs }) => sum + weightMs, 0);
  const of = (share: number, pick: (face: FaceObservables) => number): number =>
    quantile(
      faces.map(({ face, weightMs }) => [pick(face), weightMs] as const),
      share,
    );
  const ofPicture = (pick: (frame: FrameObservables) => number): number =>
    quantile(
      weighted.map(({ frame, weightMs }) => [pick(frame), weightMs] as const),
      0.5,
    );
  const shareOfAll = (matches: (face: FaceObservables) => boolean): number =>
    ratio(
      sumOf(weighted, (frame) => frame.face !== null && matches(frame.face)),
      totalMs,
    );
  const spread = (pick: (face: FaceObservables) => number): number => of(0.9, pick) - of(0.1, pick);
  return [
    ratio(faceMs, totalMs),
    of(0.5, (face) => Math.abs(face.offLensYawDeg)),
    of(0.9, (face) => Math.abs(face.offLensYawDeg)),
    spread((face) => face.offLensYawDeg),
    of(0.5, (face) => face.offLensPitchDeg),
    spread((face) => face.offLensPitchDeg),
    shareOfAll(headOn),
    of(0.5, (face) => Math.abs(face.offLensGazeYawDeg)),
    spread((face) => face.offLensGazeYawDeg),
    of(0.5, (face) => face.offLensGazePitchDeg),
    shareOfAll(gazeOn),
    ratio(
      faces.reduce((sum, { face, weightMs }) => sum + (openness(face) < CLOSED_OPENNESS ? weightMs : 0), 0),
      faceMs,
    ),
    of(0.5, openness),
    longestOffMs(weighted) / 1000,
    of(0.5, (face) => face.size),
    ofPicture((frame) => frame.picture.light),
    ofPicture((frame) => frame.picture.sharpness),
    (frames.length * 1000) / Math.max(1, endMs - startMs),
  ];
}

function weigh(frames: readonly FrameObservables[], startMs: number, endMs: number): WeightedFrame[] {
  return frames.map((frame, i) => {
    const before = frames[i - 1];
    const after = frames[i + 1];
    const from = Math.max(before === undefined ? startMs : (before.tMs + frame.tMs) / 2, frame.tMs - MAX_REACH_MS);
    const to = Math.min(after === undefined ? endMs : (frame.tMs + after.tMs) / 2, frame.tMs + MAX_REACH_MS);
    return { frame, weightMs: Math.max(0, to - from) };
  });
}

/** The longest run of frames in which no face was on, in milliseconds. */
function longestOffMs(weighted: readonly WeightedFrame[]): number {
  let longest = 0;
  let run = 0;
  for (const { frame, weightMs } of weighted) {
    run = frame.face !== null && headOn(frame.face) ? 0 : run + weightMs;
    longest = Math.max(longest, run);
  }
  return longest;
}

function headOn(face: FaceObservables): boolean {
  return isOn(face.offLensYawDeg, face.offLensPitchDeg);
}

function gazeOn(face: FaceObservables): boolean {
  return isOn(face.offLensGazeYawDeg, face.offLensGazePitchDeg) && openness(face) >= CLOSED_OPENNESS;
}

function isOn(yawDeg: number, pitchDeg: number): boolean {
  return Math.abs(yawDeg) <= ON_YAW_DEG && pitchDeg >= ON_PITCH_LOW_DEG && pitchDeg <= ON_PITCH_HIGH_DEG;
}

function openness(face: FaceObservables): number {
  return (face.eyeOpenLeft + face.eyeOpenRight) / 2;
}

function sumOf(weighted: readonly WeightedFrame[], matches: (frame: FrameObservables) => boolean): number {
  return weighted.reduce((sum, { frame, weightMs }) => sum + (matches(frame) ? weightMs : 0), 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function quantile(values: readonly (readonly [number, number])[], share: number): number {
  const sorted = [...values].sort((a, b) => a[0] - b[0]);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  let cumulated = 0;
  for (const [value, weight] of sorted) {
    cumulated += weight;
    // The margin keeps both implementations on the same value where the sum meets the share exactly.
    if (weight > 0 && cumulated >= share * total - 1e-6) return value;
  }
  return 0;
}
