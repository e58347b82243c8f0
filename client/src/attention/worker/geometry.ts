/** Head pose in degrees: R = Ry(yaw) Rx(-pitch) Rz(roll); yaw positive to the subject's left, pitch positive up. */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** A head in camera coordinates (x to the subject's left, y up, z from the face to the camera); the place in centimetres. */
export interface HeadPlacement extends HeadPose {
  readonly xCm: number;
  readonly yCm: number;
  readonly zCm: number;
  /** Unit axes of the head in camera coordinates, one column of the rotation each. */
  readonly xAxis: Vector3;
  readonly yAxis: Vector3;
  readonly zAxis: Vector3;
}

export type Vector3 = readonly [number, number, number];

export const DEG_PER_RAD = 180 / Math.PI;

/**
 * Reads FaceLandmarker's facial transformation matrix: 16 numbers, column-major, possibly scaled.
 * Null when it is not a rotation with a scale (a degenerate fit).
 */
export function headPlacement(matrix: ArrayLike<number>): HeadPlacement | null {
  const xAxis = unitColumn(matrix, 0);
  const yAxis = unitColumn(matrix, 4);
  const zAxis = unitColumn(matrix, 8);
  if (xAxis === null || yAxis === null || zAxis === null) return null;
  return {
    yawDeg: Math.atan2(zAxis[0], zAxis[2]) * DEG_PER_RAD,
    pitchDeg: Math.asin(clamp(zAxis[1], -1, 1)) * DEG_PER_RAD,
    rollDeg: Math.atan2(xAxis[1], yAxis[1]) * DEG_PER_RAD,
    xCm: matrix[12] ?? 0,
    yCm: matrix[13] ?? 0,
    zCm: matrix[14] ?? 0,
    xAxis,
    yAxis,
    zAxis,
  };
}

/** Yaw and pitch, in degrees, that a head at this place has when it looks straight into the camera. */
export function directionToCamera(place: { readonly xCm: number; readonly yCm: number; readonly zCm: number }): {
  readonly yawDeg: number;
  readonly pitchDeg: number;
} {
  const distance = Math.hypot(place.xCm, place.yCm, place.zCm);
  if (distance === 0) return { yawDeg: 0, pitchDeg: 0 };
  return {
    yawDeg: Math.atan2(-place.xCm, -place.zCm) * DEG_PER_RAD,
    pitchDeg: Math.asin(clamp(-place.yCm / distance, -1, 1)) * DEG_PER_RAD,
  };
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
