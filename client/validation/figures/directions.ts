/** A head pose in degrees: R = Ry(yaw) Rx(-pitch) Rz(roll). */
export interface PoseAngles {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

const RAD_PER_DEG = Math.PI / 180;

/** The angle of the one rotation that takes a pose into the other, 0..180 degrees. */
export function geodesicDeg(a: PoseAngles, b: PoseAngles): number {
  const ra = rotation(a);
  const rb = rotation(b);
  // By the distance of the matrices and not by the trace, whose arc cosine loses all digits near zero.
  const distance = Math.hypot(...ra.map((value, i) => value - (rb[i] ?? 0)));
  return (2 * Math.asin(Math.min(1, distance / Math.sqrt(8)))) / RAD_PER_DEG;
}

/** The angle between two directions given by yaw and pitch, 0..180 degrees. */
export function betweenDirectionsDeg(
  a: { readonly yawDeg: number; readonly pitchDeg: number },
  b: { readonly yawDeg: number; readonly pitchDeg: number },
): number {
  const va = direction(a.yawDeg, a.pitchDeg);
  const vb = direction(b.yawDeg, b.pitchDeg);
  const chord = Math.hypot(...va.map((value, i) => value - (vb[i] ?? 0)));
  return (2 * Math.asin(Math.min(1, chord / 2))) / RAD_PER_DEG;
}

/** How far two angles are apart, 0..180 degrees. */
export function angleErrorDeg(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360;
  return apart > 180 ? 360 - apart : apart;
}

/** Ry(yaw) Rx(-pitch) Rz(roll), row by row. */
function rotation({ yawDeg, pitchDeg, rollDeg }: PoseAngles): number[] {
  const [cy, sy] = [Math.cos(yawDeg * RAD_PER_DEG), Math.sin(yawDeg * RAD_PER_DEG)];
  const [cp, sp] = [Math.cos(-pitchDeg * RAD_PER_DEG), Math.sin(-pitchDeg * RAD_PER_DEG)];
  const [cr, sr] = [Math.cos(rollDeg * RAD_PER_DEG), Math.sin(rollDeg * RAD_PER_DEG)];
  return [
    cy * cr + sy * sp * sr,
    -cy * sr + sy * sp * cr,
    sy * cp,
    cp * sr,
    cp * cr,
    -sp,
    -sy * cr + cy * sp * sr,
    sy * sr + cy * sp * cr,
    cy * cp,
  ];
}

function direction(yawDeg: number, pitchDeg: number): number[] {
  const [yaw, pitch] = [yawDeg * RAD_PER_DEG, pitchDeg * RAD_PER_DEG];
  return [Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw)];
}
