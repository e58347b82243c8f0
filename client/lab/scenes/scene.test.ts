import { Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { LIGHT_GROUPS } from './light-groups.ts';
import { deskOf, drawScene, project, seatOf, type SceneSpec } from './scene.ts';
import { meets, pointOn, SCREEN_MARGIN_CM, whereOn } from './screen-plane.ts';

function scenes(count: number): SceneSpec[] {
  return Array.from({ length: count }, (_, i) =>
    drawScene(i, seeded(i), {
      lightGroup: LIGHT_GROUPS[i % 4]!,
      declared: ([null, 'left', 'right', 'above'] as const)[i % 4]!,
    }),
  );
}

describe('a drawn scene', () => {
  it('has the person in the picture, before the camera, upright within what desks and lids allow', () => {
    for (const scene of scenes(120)) {
      const eyes = project(scene.webcam, seatOf(scene));
      expect(Math.abs(eyes!.x)).toBeLessThan(0.61);
      expect(Math.abs(eyes!.y)).toBeLessThan(0.63);
      const up = new Vector3(0, 1, 0).applyQuaternion(deskOf(scene));
      expect((up.angleTo(new Vector3(0, 1, 0)) * 180) / Math.PI).toBeLessThan(60);
      const distance = seatOf(scene).length();
      expect(distance).toBeGreaterThan(32);
      expect(distance).toBeLessThan(125);
    }
  });

  it('turns the desk so that the screen lies straight ahead', () => {
    for (const scene of scenes(40)) {
      const ahead = new Vector3(...scene.classScreen.centre).sub(seatOf(scene)).applyQuaternion(deskOf(scene).invert());
      expect(ahead.x).toBeCloseTo(0, 6);
      expect(ahead.z).toBeGreaterThan(20);
    }
  });

  it('puts a declared screen where it was said to be, as the person sees it', () => {
    for (const scene of scenes(80)) {
      if (scene.declared === null) continue;
      const { place, screen } = scene.declared;
      const offset = new Vector3(...screen.centre)
        .sub(new Vector3(...scene.classScreen.centre))
        .applyQuaternion(deskOf(scene).invert());
      if (place === 'left') expect(offset.x).toBeGreaterThan(15);
      else if (place === 'right') expect(offset.x).toBeLessThan(-15);
      else expect(offset.y).toBeGreaterThan(12);
    }
  });

  it('uses every device, light, camera place and a field of view from 50 to 90 degrees', () => {
    const all = scenes(200);
    expect(new Set(all.map((scene) => scene.device)).size).toBe(4);
    expect(new Set(all.map((scene) => scene.light)).size).toBe(8);
    expect(new Set(all.map((scene) => scene.cameraPlace)).size).toBe(3);
    expect(Math.min(...all.map((scene) => scene.webcam.fovDeg))).toBeLessThan(56);
    expect(Math.max(...all.map((scene) => scene.webcam.fovDeg))).toBeGreaterThan(84);
  });
});

describe('a line of sight', () => {
  it('meets a screen up to its edge and 3 cm beyond, from anywhere', () => {
    for (const scene of scenes(60)) {
      const { classScreen } = scene;
      const eyes = seatOf(scene);
      for (const [along, up] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const half = along === 0 ? classScreen.halfHeightCm : classScreen.halfWidthCm;
        const at = (beyondCm: number): Vector3 =>
          pointOn(classScreen, along * (1 + beyondCm / half), up * (1 + beyondCm / half)).sub(eyes);
        expect(meets(classScreen, eyes, at(SCREEN_MARGIN_CM - 0.01))).toBe(true);
        expect(meets(classScreen, eyes, at(SCREEN_MARGIN_CM + 0.01))).toBe(false);
      }
    }
  });

  it('does not meet what is behind the person', () => {
    const [scene] = scenes(1);
    const away = new Vector3(...scene!.classScreen.centre).sub(seatOf(scene!)).negate();
    expect(whereOn(scene!.classScreen, seatOf(scene!), away)).toBeNull();
  });
});
