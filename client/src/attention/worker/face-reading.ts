import {
  composed,
  directionToLens,
  headPlacement,
  inverse,
  poseOf,
  rotationOf,
  type Direction,
  type HeadPose,
  type Rotation,
  type Vector3,
} from './geometry.ts';
import { EYE_LANDMARKS, INNER_CORNER, MESH_POINTS, OUTER_CORNER, type EyeLandmarks } from './landmarks.ts';

/** What the landmarker found of one face, in numbers that do not depend on where in the picture it is or how big. */
export interface FaceReading {
  /** The head against the line from it to the lens: zero when the face points into the lens. What the picture shows. */
  readonly offLens: HeadPose;
  /** That line in camera coordinates, with the field of view that is assumed (see `ASSUMED_VIEW_DEG`). */
  readonly toLens: Direction;
  /**
   * The points of each eye in the order of `EYE_LANDMARKS`, x and y in turn: x outward and y up along the head's own axes, in
   * eye widths from the middle between the eye's corners.
   */
  readonly left: readonly number[];
  readonly right: readonly number[];
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

interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The vertical field of view with which FaceLandmarker's matrix is made, whatever the camera's. */
const LANDMARKER_VIEW_DEG = 63;
/**
 * A face beside the axis that points into the lens is turned by the whole line to it. The matrix has less: it is fitted to points that are
 * moved apart by their depth but not turned. Measured on the lab's scanned heads of known pose.
 */
const TURNED_SHARE = 0.42;
/** No browser tells a camera's field of view: along the longer side of the picture most webcams and phones have 60 to 75 degrees. */
export const ASSUMED_VIEW_DEG = 68;

/** Null when the landmarker's result cannot be read as one face (too few points, degenerate matrix, a profile). */
export function readFace(mesh: readonly MeshPoint[], matrix: ArrayLike<number>, frame: FrameSize): FaceReading | null {
  if (mesh.length < MESH_POINTS) return null;
  const head = headPlacement(matrix);
  if (head === null) return null;
  const offLens = composed(inverse(turnTowardsLens(head.place)), head.rotation);
  const left = readEye(mesh, EYE_LANDMARKS.left, offLens, frame, 1);
  const right = readEye(mesh, EYE_LANDMARKS.right, offLens, frame, -1);
  if (left === null || right === null) return null;
  const outerLeft = pointAt(mesh, EYE_LANDMARKS.left.lids[OUTER_CORNER]);
  const outerRight = pointAt(mesh, EYE_LANDMARKS.right.lids[OUTER_CORNER]);
  const span = Math.hypot(outerLeft.x - outerRight.x, ((outerLeft.y - outerRight.y) * frame.height) / frame.width);
  const [x, y, z] = head.place;
  const narrower = viewScale(frame);
  return {
    offLens: poseOf(offLens),
    toLens: directionToLens([x * narrower, y * narrower, z]),
    left,
    right,
    size: span / Math.max(0.3, Math.hypot(offLens[0][0], offLens[0][1])),
    x: (outerLeft.x + outerRight.x) / 2,
    y: (outerLeft.y + outerRight.y) / 2,
  };
}

/** How much of the line to the lens is in the rotation of FaceLandmarker's matrix already. */
function turnTowardsLens(place: Vector3): Rotation {
  const { yawDeg, pitchDeg } = directionToLens(place);
  return rotationOf({ yawDeg: TURNED_SHARE * yawDeg, pitchDeg: TURNED_SHARE * pitchDeg, rollDeg: 0 });
}

/** By how much nearer to the axis things are than FaceLandmarker believes. */
function viewScale({ width, height }: FrameSize): number {
  const halfTangent = (degrees: number): number => Math.tan((degrees * Math.PI) / 360);
  return (halfTangent(ASSUMED_VIEW_DEG) * height) / Math.max(width, height) / halfTangent(LANDMARKER_VIEW_DEG);
}

/**
 * The image is resolved along the head's own x and y axes as the lens sees them, which takes the head's foreshortening out.
 * `outward` is 1 where the eye's outer corner lies along the head's x axis, else -1.
 */
function readEye(
  mesh: readonly MeshPoint[],
  eye: EyeLandmarks,
  offLens: Rotation,
  frame: FrameSize,
  outward: 1 | -1,
): number[] | null {
  const [[ax, ay], [bx, by]] = offLens;
  const determinant = ax * by - ay * bx;
  if (Math.abs(determinant) < 0.05) return null;
  const resolved = [...eye.lids, ...eye.iris].map((index) => {
    const point = pointAt(mesh, index);
    const [x, y] = [point.x * frame.width, -point.y * frame.height];
    return [(outward * (x * by - y * bx)) / determinant, (ax * y - ay * x) / determinant] as const;
  });
  const [outer, inner] = [resolved[OUTER_CORNER], resolved[INNER_CORNER]];
  if (outer === undefined || inner === undefined) return null;
  const width = Math.hypot(outer[0] - inner[0], outer[1] - inner[1]);
  if (width < 1) return null;
  return resolved.flatMap(([x, y]) => [
    (x - (outer[0] + inner[0]) / 2) / width,
    (y - (outer[1] + inner[1]) / 2) / width,
  ]);
}

/** Throws a RangeError for a mesh without that point. */
export function pointAt(mesh: readonly MeshPoint[], index: number): MeshPoint {
  const point = mesh[index];
  if (point === undefined) throw new RangeError(`the mesh has no point ${String(index)}`);
  return point;
}
