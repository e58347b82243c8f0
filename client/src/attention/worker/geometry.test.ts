import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  composed,
  directionToLens,
  headPlacement,
  inverse,
  poseOf,
  rotated,
  rotationOf,
  type HeadPose,
} from './geometry.ts';

/** R = Ry(yaw) Rx(-pitch) Rz(roll), column-major with a scale and a place, multiplied out by hand. */
function matrixOf(yawDeg: number, pitchDeg: number, rollDeg: number, scale = 1): number[] {
  const [y, p, r] = [yawDeg, -pitchDeg, rollDeg].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(y), Math.sin(y), Math.cos(p), Math.sin(p), Math.cos(r), Math.sin(r)];
  const rows = [
    [cy * cr + sy * sp * sr, -cy * sr + sy * sp * cr, sy * cp],
    [cp * sr, cp * cr, -sp],
    [-sy * cr + cy * sp * sr, sy * sr + cy * sp * cr, cy * cp],
  ];
  const column = (i: number): number[] => rows.map((row) => scale * row[i]!);
  return [...column(0), 0, ...column(1), 0, ...column(2), 0, 2, -3, -50, 1];
}

function poseFrom(matrix: readonly number[]): HeadPose | null {
  const head = headPlacement(matrix);
  return head === null ? null : poseOf(head.rotation);
}

const angle = (limit: number): fc.Arbitrary<number> => fc.double({ min: -limit, max: limit, noNaN: true });

describe('head pose from the transformation matrix', () => {
  it('gives back yaw, pitch and roll of any head that the camera can see, at any scale', () => {
    const scales = fc.double({ min: 0.2, max: 4, noNaN: true });
    fc.assert(
      fc.property(angle(85), angle(80), angle(85), scales, (yaw, pitch, roll, scale) => {
        const head = poseFrom(matrixOf(yaw, pitch, roll, scale));
        expect(head?.yawDeg).toBeCloseTo(yaw, 6);
        expect(head?.pitchDeg).toBeCloseTo(pitch, 6);
        expect(head?.rollDeg).toBeCloseTo(roll, 6);
      }),
    );
  });

  it('counts yaw positive to the subject’s left and pitch positive up', () => {
    // The face's own z axis points to the image's right (the subject's left), then up.
    expect(poseFrom([0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, -50, 1])?.yawDeg).toBeCloseTo(90);
    expect(headPlacement(matrixOf(0, 30, 0))?.rotation[2][1]).toBeCloseTo(0.5);
  });

  it('refuses a degenerate fit', () => {
    expect(headPlacement(new Array<number>(16).fill(0))).toBeNull();
    expect(headPlacement([])).toBeNull();
    expect(headPlacement(matrixOf(0, 0, 0, Number.NaN))).toBeNull();
  });
});

describe('rotations', () => {
  it('are made from a pose as the matrix is', () => {
    fc.assert(
      fc.property(angle(85), angle(80), angle(85), (yawDeg, pitchDeg, rollDeg) => {
        const made = rotationOf({ yawDeg, pitchDeg, rollDeg }).flat();
        const read = headPlacement(matrixOf(yawDeg, pitchDeg, rollDeg))?.rotation.flat() ?? [];
        made.forEach((value, i) => expect(value).toBeCloseTo(read[i]!, 9));
      }),
    );
  });

  it('are undone by their inverse', () => {
    const turn = rotationOf({ yawDeg: 40, pitchDeg: -20, rollDeg: 10 });
    composed(inverse(turn), turn).forEach((axis, i) =>
      axis.forEach((value, row) => expect(value).toBeCloseTo(i === row ? 1 : 0, 9)),
    );
    expect(rotated(turn, [0, 0, 1])).toEqual(turn[2]);
  });
});

describe('direction to the lens', () => {
  it('is zero in the middle of the picture and turns towards the lens beside it', () => {
    expect(directionToLens([0, 0, -60]).yawDeg).toBeCloseTo(0);
    // Sitting to the camera's right (the subject's left), one looks to the subject's right to meet the lens.
    expect(directionToLens([60, 0, -60]).yawDeg).toBeCloseTo(-45);
    expect(directionToLens([0, -30, -30]).pitchDeg).toBeCloseTo(45);
    expect(directionToLens([0, 0, 0])).toEqual({ yawDeg: 0, pitchDeg: 0 });
  });
});
