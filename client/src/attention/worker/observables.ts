import { clamp, DEG_PER_RAD, directionToCamera, headPlacement, type HeadPlacement } from './geometry.ts';
import { gazeFromIris } from './gaze.ts';
import { EYE_LANDMARKS, MESH_POINTS, type EyeLandmarks } from './landmarks.ts';
import type { PictureQuality } from './picture-quality.ts';

/** What is known of one frame. Lives in the worker only and is forgotten with its window. */
export interface FrameObservables {
  /** Milliseconds of the class clock when the frame arrived. */
  readonly tMs: number;
  readonly face: FaceObservables | null;
  readonly picture: PictureQuality;
}

/** The face of one frame. Angles in degrees, camera coordinates; left and right are the subject's. */
export interface FaceObservables {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  /** Head direction against the line from the head to the camera: zero when the face points into the lens. */
  readonly offCameraYawDeg: number;
  readonly offCameraPitchDeg: number;
  /** Eye and head together, against the same line. */
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
  /** Where the irises stand between the eye corners, in eye widths along the head's own axes: what the gaze is made from. */
  readonly irisX: number;
  readonly irisY: number;
  /** Lid gap over eye width: about 0.3 open, below 0.12 closed. */
  readonly eyeOpenLeft: number;
  readonly eyeOpenRight: number;
  /** Distance of the outer eye corners, as if seen frontally, over the frame's width. */
  readonly size: number;
  /** Middle of the eyes in the frame, 0..1 from the left and from the top. */
  readonly x: number;
  readonly y: number;
}

/** A point of the mesh: x and y are shares of the frame's width and height. */
export interface MeshPoint {
  readonly x: number;
  readonly y: number;
}

interface EyeMeasure {
  readonly openness: number;
  readonly irisX: number;
  readonly irisY: number;
  readonly weight: number;
}

/** Null when the landmarker's result cannot be read as one face (too few points, degenerate matrix). */
export function observeFace(
  mesh: readonly MeshPoint[],
  matrix: ArrayLike<number>,
  frame: { readonly width: number; readonly height: number },
): FaceObservables | null {
  if (mesh.length < MESH_POINTS) return null;
  const head = headPlacement(matrix);
  if (head === null) return null;
  const left = measureEye(mesh, EYE_LANDMARKS.left, head, frame, 1);
  const right = measureEye(mesh, EYE_LANDMARKS.right, head, frame, -1);
  if (left === null || right === null) return null;
  const weight = left.weight + right.weight;
  const irisX = (left.irisX * left.weight + right.irisX * right.weight) / weight;
  const irisY = (left.irisY * left.weight + right.irisY * right.weight) / weight;
  const gaze = gazeFromIris(head, irisX, irisY, (left.openness + right.openness) / 2);
  const camera = directionToCamera(head);
  const outerLeft = pointAt(mesh, EYE_LANDMARKS.left.outer);
  const outerRight = pointAt(mesh, EYE_LANDMARKS.right.outer);
  const span = Math.hypot(outerLeft.x - outerRight.x, ((outerLeft.y - outerRight.y) * frame.height) / frame.width);
  return {
    yawDeg: head.yawDeg,
    pitchDeg: head.pitchDeg,
    rollDeg: head.rollDeg,
    offCameraYawDeg: head.yawDeg - camera.yawDeg,
    offCameraPitchDeg: head.pitchDeg - camera.pitchDeg,
    gazeYawDeg: gaze.yawDeg - camera.yawDeg,
    gazePitchDeg: gaze.pitchDeg - camera.pitchDeg,
    irisX,
    irisY,
    eyeOpenLeft: left.openness,
    eyeOpenRight: right.openness,
    size: span / Math.max(0.3, Math.hypot(head.xAxis[0], head.xAxis[1])),
    x: (outerLeft.x + outerRight.x) / 2,
    y: (outerLeft.y + outerRight.y) / 2,
  };
}

/**
 * Lid gap and place of the iris in units of the eye's width, with the head's foreshortening taken out: the image is
 * resolved along the head's own x and y axes as the camera sees them. The eye turned to the camera weighs more.
 */
function measureEye(
  mesh: readonly MeshPoint[],
  eye: EyeLandmarks,
  head: HeadPlacement,
  frame: { readonly width: number; readonly height: number },
  side: 1 | -1,
): EyeMeasure | null {
  const at = (index: number): [number, number] => {
    const point = pointAt(mesh, index);
    return [point.x * frame.width, -point.y * frame.height];
  };
  const [ax, ay] = [head.xAxis[0], head.xAxis[1]];
  const [bx, by] = [head.yAxis[0], head.yAxis[1]];
  const determinant = ax * by - ay * bx;
  if (Math.abs(determinant) < 0.05) return null;
  const resolve = (from: [number, number], to: [number, number]): [number, number] => {
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    return [(dx * by - dy * bx) / determinant, (ax * dy - ay * dx) / determinant];
  };
  const outer = at(eye.outer);
  const inner = at(eye.inner);
  const width = Math.hypot(...resolve(inner, outer));
  if (width < 1) return null;
  const middle: [number, number] = [(outer[0] + inner[0]) / 2, (outer[1] + inner[1]) / 2];
  const [irisX, irisY] = resolve(middle, at(eye.iris));
  const gap = eye.upper.reduce(
    (sum, upper, i) => sum + Math.max(0, resolve(at(eye.lower[i] ?? upper), at(upper))[1]),
    0,
  );
  // The far eye of a turned head is narrow and half hidden by the nose: its weight falls with the turn.
  const weight = Math.max(0.05, Math.cos(clamp(head.yawDeg - side * 20, -85, 85) / DEG_PER_RAD));
  return { openness: gap / eye.upper.length / width, irisX: irisX / width, irisY: irisY / width, weight };
}

function pointAt(mesh: readonly MeshPoint[], index: number): MeshPoint {
  const point = mesh[index];
  if (point === undefined) throw new RangeError(`the mesh has no point ${String(index)}`);
  return point;
}
