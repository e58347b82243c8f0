import { readdirSync, readFileSync } from 'node:fs';
import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { describe, expect, it } from 'vitest';
import { eyeWeights } from './gaze.ts';
import { readFace, type MeshPoint } from './face-reading.ts';
import { EYE_LANDMARKS, IRIS_CENTRE, MESH_POINTS } from './landmarks.ts';
import { observeFace } from './observables.ts';

const FRAME = { width: 640, height: 480 };
const FRONTAL = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -50, 1];
const ALLOWED = Object.values(EYE_LANDMARKS).flatMap(({ lids, iris }) => [...lids, ...iris]);

/** A frontal face whose irises stand aside and whose lids are open by shares of the eye's width. */
function face(irisAside: number, lidGap: number): MeshPoint[] {
  const mesh: MeshPoint[] = Array.from({ length: MESH_POINTS }, () => ({ x: 0.5, y: 0.5 }));
  const widthPx = 30;
  for (const [side, centrePx] of [
    ['right', 290],
    ['left', 350],
  ] as const) {
    const { lids, iris } = EYE_LANDMARKS[side];
    const outward = side === 'left' ? 1 : -1;
    const put = (index: number, xPx: number, yPx: number): void => {
      mesh[index] = { x: xPx / FRAME.width, y: yPx / FRAME.height };
    };
    lids.forEach((index, i) => {
      const along = outward * widthPx * (0.5 - Math.min(i, 16 - i) / 8);
      const lid = i % 8 === 0 ? 0 : i < 8 ? 1 : -1;
      put(index, centrePx + along, 200 + (lid * lidGap * widthPx) / 2);
    });
    iris.forEach((index) => put(index, centrePx + irisAside * widthPx, 200));
  }
  return mesh;
}

const LEVEL = { outwardDeg: 0, upDeg: 0, open: 1 };
const AHEAD = { left: LEVEL, right: LEVEL };

describe('reading one face', () => {
  it('gives the eyes’ points in units of the eye’s width, outward and up', () => {
    const reading = readFace(face(0.1, 0.3), FRONTAL, FRAME)!;
    expect(reading.left.slice(0, 2).map((value) => Math.round(value * 1000))).toEqual([500, 0]);
    expect(reading.left[2 * IRIS_CENTRE]).toBeCloseTo(0.1);
    expect(reading.right[2 * IRIS_CENTRE]).toBeCloseTo(-0.1);
    expect(reading.size).toBeCloseTo(90 / 640);
  });

  it('turns the gaze to the subject’s left when its left eye looks outward and its right one inward', () => {
    const reading = readFace(face(0, 0.3), FRONTAL, FRAME)!;
    const aside = observeFace(reading, {
      left: { outwardDeg: 12, upDeg: -4, open: 0.9 },
      right: { outwardDeg: -12, upDeg: -4, open: 0.7 },
    });
    expect(aside).toMatchObject({ eyeOpenLeft: 0.9, eyeOpenRight: 0.7 });
    // The odds of 9 to 1 and of 7 to 3, each counting half.
    expect(aside.openness / (1 - aside.openness)).toBeCloseTo(Math.sqrt((9 * 7) / 3));
    expect(aside.gazeYawDeg - observeFace(reading, AHEAD).gazeYawDeg).toBeCloseTo(12, 0);
    expect(aside.gazePitchDeg - observeFace(reading, AHEAD).gazePitchDeg).toBeCloseTo(-4, 0);
  });

  it('goes by the right eye of somebody who turns to the left', () => {
    expect(eyeWeights(0)).toEqual({ left: 0.5, right: 0.5 });
    expect(eyeWeights(40).right).toBeGreaterThan(0.6);
    expect(eyeWeights(-40).left).toBeGreaterThan(0.6);
    expect(eyeWeights(-40).left + eyeWeights(-40).right).toBeCloseTo(1);
  });

  it('tells a head beside the axis that points into the lens from one that points along the axis', () => {
    const aside = [...FRONTAL.slice(0, 12), 25, 0, -50, 1];
    const reading = readFace(face(0, 0.3), aside, FRAME)!;
    const middle = observeFace(readFace(face(0, 0.3), FRONTAL, FRAME)!, AHEAD);
    const seen = observeFace(reading, AHEAD);
    // The lens lies to its right; what is seen against that line is turned to its left, and in the room it is hardly turned.
    expect(reading.toLens.yawDeg).toBeLessThan(-15);
    expect(seen.offLensYawDeg - middle.offLensYawDeg).toBeGreaterThan(8);
    expect(Math.abs(seen.yawDeg - seen.offLensYawDeg - reading.toLens.yawDeg)).toBeLessThan(1e-6);
  });

  it('keeps a missing mesh and a degenerate matrix out', () => {
    expect(readFace(face(0, 0.3).slice(0, 468), FRONTAL, FRAME)).toBeNull();
    expect(readFace(face(0, 0.3), [], FRAME)).toBeNull();
    expect(readFace(new Array<MeshPoint>(MESH_POINTS).fill({ x: 0.5, y: 0.5 }), FRONTAL, FRAME)).toBeNull();
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
    readFace(watched, FRONTAL, FRAME);
    expect([...read].sort((a, b) => a - b)).toEqual([...ALLOWED].sort((a, b) => a - b));
  });

  it('belong to the eyes and irises; none to the mouth, the brows or the outline', () => {
    const points = (connections: readonly { start: number; end: number }[]): number[] =>
      connections.flatMap(({ start, end }) => [start, end]);
    const eyes = new Set([
      ...points(FaceLandmarker.FACE_LANDMARKS_LEFT_EYE),
      ...points(FaceLandmarker.FACE_LANDMARKS_RIGHT_EYE),
      ...points(FaceLandmarker.FACE_LANDMARKS_LEFT_IRIS),
      ...points(FaceLandmarker.FACE_LANDMARKS_RIGHT_IRIS),
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
    expect(vision).toContain('readFace(inFullPicture(mesh, ');
  });
});
