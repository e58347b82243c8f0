import { Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { direction, eyeAxes } from './eye-axes.ts';
import type { FaceState } from './face-state.ts';

const EYES = { left: new Vector3(3.15, 3.6, 8.3), right: new Vector3(-3.15, 3.6, 8.3) };
const MIDDLE = new Vector3(0, 3.6, 8.3);
const STRAIGHT = { kappaDeg: 5, kappaUpDeg: 1, strabismusDeg: 0, deviatingEye: 'left' } as const;
const DEG = 180 / Math.PI;

function state(changes: Partial<FaceState>): FaceState {
  return { yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0, ...changes };
}

function yawDeg(axis: Vector3): number {
  return Math.atan2(axis.x, axis.z) * DEG;
}

function pitchDeg(axis: Vector3): number {
  return Math.asin(axis.y) * DEG;
}

describe('the axes of the eyes', () => {
  it('meet at what is looked at, at its distance', () => {
    for (const [eyeYawDeg, eyePitchDeg, gazeDistanceCm] of [
      [0, 0, 60],
      [22, -14, 45],
      [-31, 9, 110],
    ] as const) {
      const axes = eyeAxes(state({ eyeYawDeg, eyePitchDeg, gazeDistanceCm }), STRAIGHT, EYES);
      const target = direction(eyeYawDeg, eyePitchDeg).multiplyScalar(gazeDistanceCm).add(MIDDLE);
      for (const side of ['left', 'right'] as const) {
        const toTarget = target.clone().sub(EYES[side]);
        const along = axes[side].visual.clone().multiplyScalar(toTarget.length());
        expect(along.distanceTo(toTarget)).toBeLessThan(1e-9);
      }
    }
  });

  it('turn towards each other, more for what is near', () => {
    const vergenceDeg = (gazeDistanceCm: number): number => {
      const axes = eyeAxes(state({ gazeDistanceCm }), STRAIGHT, EYES);
      return yawDeg(axes.right.visual) - yawDeg(axes.left.visual);
    };
    expect(vergenceDeg(60)).toBeCloseTo(2 * Math.atan(3.15 / 60) * DEG, 6);
    expect(vergenceDeg(30)).toBeGreaterThan(vergenceDeg(60));
  });

  it('have the visual axis nasal of the optical one by kappa, and above it', () => {
    const far = state({ gazeDistanceCm: 1e6 });
    const axes = eyeAxes(far, STRAIGHT, EYES);
    // The left eye's nose side is to the right: the iris that is drawn looks templewards of what is looked at.
    expect(yawDeg(axes.left.optical)).toBeCloseTo(5, 3);
    expect(yawDeg(axes.right.optical)).toBeCloseTo(-5, 3);
    expect(pitchDeg(axes.left.optical)).toBeCloseTo(-1, 3);
    const aside = eyeAxes(state({ eyeYawDeg: 25, eyePitchDeg: -20 }), STRAIGHT, EYES);
    const expectedDeg = Math.acos(direction(5, -1).z) * DEG;
    for (const side of ['left', 'right'] as const) {
      expect(aside[side].visual.angleTo(aside[side].optical) * DEG).toBeCloseTo(expectedDeg, 6);
    }
  });

  it('turn each eye so that its own front is the optical axis, upright', () => {
    const axes = eyeAxes(state({ eyeYawDeg: 30, eyePitchDeg: 20 }), STRAIGHT, EYES);
    for (const side of ['left', 'right'] as const) {
      expect(new Vector3(0, 0, 1).applyQuaternion(axes[side].turn).distanceTo(axes[side].optical)).toBeLessThan(1e-9);
      expect(new Vector3(1, 0, 0).applyQuaternion(axes[side].turn).y).toBeCloseTo(0, 9);
    }
  });

  it('leave the fixing eye of a squint on what is looked at and turn the other out or in', () => {
    const looking = state({ eyeYawDeg: -12, eyePitchDeg: 4 });
    const straight = eyeAxes(looking, STRAIGHT, EYES);
    const outward = eyeAxes(looking, { ...STRAIGHT, strabismusDeg: 15, deviatingEye: 'left' }, EYES);
    expect(outward.right.visual.distanceTo(straight.right.visual)).toBeLessThan(1e-12);
    expect(yawDeg(outward.left.visual) - yawDeg(straight.left.visual)).toBeCloseTo(15, 6);
    const inward = eyeAxes(looking, { ...STRAIGHT, strabismusDeg: -10, deviatingEye: 'right' }, EYES);
    expect(inward.left.visual.distanceTo(straight.left.visual)).toBeLessThan(1e-12);
    expect(yawDeg(inward.right.visual) - yawDeg(straight.right.visual)).toBeCloseTo(10, 6);
  });
});
