import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directionToCamera, headPlacement } from './geometry.ts';

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

describe('head pose from the transformation matrix', () => {
  it('gives back yaw, pitch and roll of any head that the camera can see, at any scale', () => {
    const angle = (limit: number): fc.Arbitrary<number> => fc.double({ min: -limit, max: limit, noNaN: true });
    fc.assert(
      fc.property(
        angle(85),
        angle(80),
        angle(85),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        (yaw, pitch, roll, scale) => {
          const head = headPlacement(matrixOf(yaw, pitch, roll, scale));
          expect(head?.yawDeg).toBeCloseTo(yaw, 6);
          expect(head?.pitchDeg).toBeCloseTo(pitch, 6);
          expect(head?.rollDeg).toBeCloseTo(roll, 6);
        },
      ),
    );
  });

  it('counts yaw positive to the subject’s left and pitch positive up', () => {
    // The face's own z axis points to the image's right (the subject's left), then up.
    expect(headPlacement([0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, -50, 1])?.yawDeg).toBeCloseTo(90);
    expect(headPlacement(matrixOf(0, 30, 0))?.zAxis[1]).toBeCloseTo(0.5);
  });

  it('refuses a degenerate fit', () => {
    expect(headPlacement(new Array<number>(16).fill(0))).toBeNull();
    expect(headPlacement([])).toBeNull();
    expect(headPlacement(matrixOf(0, 0, 0, Number.NaN))).toBeNull();
  });
});

describe('direction to the camera', () => {
  it('is zero in the middle of the picture and turns towards the lens beside it', () => {
    expect(directionToCamera({ xCm: 0, yCm: 0, zCm: -60 }).yawDeg).toBeCloseTo(0);
    // Sitting to the camera's right (the subject's left), one looks to the subject's right to meet the lens.
    expect(directionToCamera({ xCm: 60, yCm: 0, zCm: -60 }).yawDeg).toBeCloseTo(-45);
    expect(directionToCamera({ xCm: 0, yCm: -30, zCm: -30 }).pitchDeg).toBeCloseTo(45);
    expect(directionToCamera({ xCm: 0, yCm: 0, zCm: 0 })).toEqual({ yawDeg: 0, pitchDeg: 0 });
  });
});
