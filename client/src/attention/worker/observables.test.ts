import { readdirSync, readFileSync } from 'node:fs';
import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { describe, expect, it } from 'vitest';
import { EYE_LANDMARKS, MESH_POINTS } from './landmarks.ts';
import { observeFace, type MeshPoint } from './observables.ts';

const FRAME = { width: 640, height: 480 };
const FRONTAL = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -50, 1];
const ALLOWED = Object.values(EYE_LANDMARKS).flatMap((eye) => [
  eye.outer,
  eye.inner,
  ...eye.upper,
  ...eye.lower,
  eye.iris,
]);

/** A frontal face whose irises stand aside and whose lids are open by shares of the eye's width. */
function face(irisAside: number, lidGap: number): MeshPoint[] {
  const mesh: MeshPoint[] = Array.from({ length: MESH_POINTS }, () => ({ x: 0.5, y: 0.5 }));
  const widthPx = 30;
  for (const [side, centrePx] of [
    ['right', 290],
    ['left', 350],
  ] as const) {
    const eye = EYE_LANDMARKS[side];
    const outward = side === 'left' ? 1 : -1;
    const put = (index: number, xPx: number, yPx: number): void => {
      mesh[index] = { x: xPx / FRAME.width, y: yPx / FRAME.height };
    };
    put(eye.outer, centrePx + (outward * widthPx) / 2, 200);
    put(eye.inner, centrePx - (outward * widthPx) / 2, 200);
    eye.upper.forEach((index) => put(index, centrePx, 200 - (lidGap * widthPx) / 2));
    eye.lower.forEach((index) => put(index, centrePx, 200 + (lidGap * widthPx) / 2));
    put(eye.iris, centrePx + irisAside * widthPx, 200);
  }
  return mesh;
}

describe('observables of one face', () => {
  it('reads lid gap and iris in units of the eye’s width', () => {
    const seen = observeFace(face(0.1, 0.3), FRONTAL, FRAME);
    expect(seen?.eyeOpenLeft).toBeCloseTo(0.3);
    expect(seen?.eyeOpenRight).toBeCloseTo(0.3);
    expect(seen?.irisX).toBeCloseTo(0.1);
    expect(seen?.irisY).toBeCloseTo(0);
    expect(seen?.size).toBeCloseTo(90 / 640);
  });

  it('turns the gaze to the subject’s left when the irises move to the image’s right', () => {
    const ahead = observeFace(face(0, 0.3), FRONTAL, FRAME);
    const aside = observeFace(face(0.15, 0.3), FRONTAL, FRAME);
    expect(aside!.gazeYawDeg - ahead!.gazeYawDeg).toBeGreaterThan(8);
  });

  it('keeps a missing mesh and a degenerate matrix out', () => {
    expect(observeFace(face(0, 0.3).slice(0, 468), FRONTAL, FRAME)).toBeNull();
    expect(observeFace(face(0, 0.3), [], FRAME)).toBeNull();
    expect(observeFace(new Array<MeshPoint>(MESH_POINTS).fill({ x: 0.5, y: 0.5 }), FRONTAL, FRAME)).toBeNull();
  });
});

describe('landmarks that are read', () => {
  it('are those of the table and no other', () => {
    const read = new Set<number>();
    const watched = new Proxy(face(0, 0.3), {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) read.add(Number(key));
        return Reflect.get(target, key) as unknown;
      },
    });
    observeFace(watched, FRONTAL, FRAME);
    expect([...read].sort((a, b) => a - b)).toEqual([...ALLOWED].sort((a, b) => a - b));
  });

  it('belong to the eyes and irises; none to the mouth, the brows or the outline', () => {
    const points = (connections: readonly { start: number; end: number }[]): number[] =>
      connections.flatMap(({ start, end }) => [start, end]);
    const eyes = new Set([
      ...points(FaceLandmarker.FACE_LANDMARKS_LEFT_EYE),
      ...points(FaceLandmarker.FACE_LANDMARKS_RIGHT_EYE),
      468,
      473,
    ]);
    const never = new Set([
      ...points(FaceLandmarker.FACE_LANDMARKS_LIPS),
      ...points(FaceLandmarker.FACE_LANDMARKS_LEFT_EYEBROW),
      ...points(FaceLandmarker.FACE_LANDMARKS_RIGHT_EYEBROW),
      ...points(FaceLandmarker.FACE_LANDMARKS_FACE_OVAL),
    ]);
    expect(ALLOWED.filter((index) => !eyes.has(index))).toEqual([]);
    expect(ALLOWED.filter((index) => never.has(index))).toEqual([]);
  });

  it('are the only way to a face: the worker asks for no blendshapes and hands the mesh to nothing else', () => {
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const users = sources.filter((name) => readFileSync(new URL(name, folder), 'utf8').includes('faceLandmarks'));
    expect(users).toEqual(['vision.ts']);
    const vision = readFileSync(new URL('vision.ts', folder), 'utf8');
    expect(vision).toContain('outputFaceBlendshapes: false');
    expect(vision.match(/faceLandmarks/g)).toHaveLength(1);
    expect(vision).toContain('observeFace(inFullPicture(mesh, ');
  });
});
