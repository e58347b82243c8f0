/** Head pose in degrees: R = Ry(yaw) Rx(-pitch) Rz(roll); yaw positive to the subject's left, pitch positive up. */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** A direction in degrees; (0, 0) runs along the z axis, from the face to the camera. */
export interface Direction {
  readonly yawDeg: number;
  readonly pitchDeg: number;
}

/** x to the subject's left, y up, z from the face to the camera. */
export type Vector3 = readonly [number, number, number];

/** The columns of a rotation: where the head's own axes point. */
export type Rotation = readonly [Vector3, Vector3, Vector3];

/** Where FaceLandmarker places a head: its rotation in camera coordinates, its middle in centimetres. */
export interface HeadPlacement {
  readonly rotation: Rotation;
  readonly place: Vector3;
}

export const DEG_PER_RAD = 180 / Math.PI;

/**
 * Reads FaceLandmarker's facial transformation matrix: 16 numbers, column-major, possibly scaled.
 * Null when it is not a rotation with a scale (a degenerate fit).
 */
export function headPlacement(matrix: ArrayLike<number>): HeadPlacement | null {
  const x = unitColumn(matrix, 0);
  const y = unitColumn(matrix, 4);
  const z = unitColumn(matrix, 8);
  if (x === null || y === null || z === null) return null;
  return { rotation: [x, y, z], place: [matrix[12] ?? 0, matrix[13] ?? 0, matrix[14] ?? 0] };
}

export function poseOf([x, y, z]: Rotation): HeadPose {
  return { ...directionOf(z), rollDeg: Math.atan2(x[1], y[1]) * DEG_PER_RAD };
}

export function directionOf(z: Vector3): Direction {
  return {
    yawDeg: Math.atan2(z[0], z[2]) * DEG_PER_RAD,
    pitchDeg: Math.asin(clamp(z[1], -1, 1)) * DEG_PER_RAD,
  };
}

export function rotationOf({ yawDeg, pitchDeg, rollDeg }: HeadPose): Rotation {
  const [yaw, pitch, roll] = [yawDeg / DEG_PER_RAD, pitchDeg / DEG_PER_RAD, rollDeg / DEG_PER_RAD];
  const turned: Rotation = [
    [Math.cos(yaw), 0, -Math.sin(yaw)],
    [-Math.sin(yaw) * Math.sin(pitch), Math.cos(pitch), -Math.cos(yaw) * Math.sin(pitch)],
    vectorOf({ yawDeg, pitchDeg }),
  ];
  const rolled: Rotation = [
    [Math.cos(roll), Math.sin(roll), 0],
    [-Math.sin(roll), Math.cos(roll), 0],
    [0, 0, 1],
  ];
  return composed(turned, rolled);
}

export function vectorOf({ yawDeg, pitchDeg }: Direction): Vector3 {
  const [yaw, pitch] = [yawDeg / DEG_PER_RAD, pitchDeg / DEG_PER_RAD];
  return [Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw)];
}

/** Where a head at this place looks when it looks straight into the lens: zero in the middle of the picture. */
export function directionToLens([x, y, z]: Vector3): Direction {
  const distance = Math.hypot(x, y, z);
  return distance === 0 ? { yawDeg: 0, pitchDeg: 0 } : directionOf([-x / distance, -y / distance, -z / distance]);
}

export function composed(a: Rotation, b: Rotation): Rotation {
  return [rotated(a, b[0]), rotated(a, b[1]), rotated(a, b[2])];
}

export function rotated([x, y, z]: Rotation, vector: Vector3): Vector3 {
  const along = (row: 0 | 1 | 2): number => x[row] * vector[0] + y[row] * vector[1] + z[row] * vector[2];
  return [along(0), along(1), along(2)];
}

export function inverse([x, y, z]: Rotation): Rotation {
  return [
    [x[0], y[0], z[0]],
    [x[1], y[1], z[1]],
    [x[2], y[2], z[2]],
  ];
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function unitColumn(matrix: ArrayLike<number>, start: number): Vector3 | null {
  const x = matrix[start] ?? Number.NaN;
  const y = matrix[start + 1] ?? Number.NaN;
  const z = matrix[start + 2] ?? Number.NaN;
  const length = Math.hypot(x, y, z);
  return length > 1e-6 && Number.isFinite(length) ? [x / length, y / length, z / length] : null;
}
