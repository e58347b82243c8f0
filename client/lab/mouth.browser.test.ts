import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFace } from '../src/attention/worker/face-reading.ts';
import { openLabPage, type LabPage } from './lab-page.ts';
import type { FaceState } from './people/face-state.ts';
import { MONK_TONES } from './people/looks.ts';

const SIZE = { width: 640, height: 480 } as const;
const PEOPLE = 8;
const AXES = ['yawDeg', 'pitchDeg', 'rollDeg'] as const;

let lab: LabPage;

beforeAll(async () => {
  lab = await openLabPage({ source: 'people-page.ts', workerSource: 'landmarks-worker.ts' });
  await lab.page.evaluate(({ width, height }) => window.people.open(width, height), SIZE);
}, 120_000);

afterAll(async () => {
  await lab.close();
});

/** The head pose that the shipped code reads of a person with this much of the jaw open. */
async function poseOf(seed: number, state: Partial<FaceState>) {
  const portrait = await lab.page.evaluate((sitting) => window.people.take(sitting), {
    seed,
    looks: { monkTone: seed % MONK_TONES.length, strabismusDeg: 0, mask: 'none', headCover: 'none' } as const,
    state: { yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0, ...state },
    distanceCm: 55,
    picture: false,
  });
  const mesh = portrait.mesh?.map(([x, y]) => ({ x: x / SIZE.width, y: y / SIZE.height })) ?? [];
  const reading = readFace(mesh, portrait.matrix ?? [], SIZE);
  expect(reading, `person ${String(seed)}`).not.toBeNull();
  return reading!.offLens;
}

describe('a mouth that opens', () => {
  // Of a single person a single picture says no more than to a degree or two.
  it('wide moves the head pose by less than 2 degrees, straight ahead and turned, and nobody’s by much more', async () => {
    const moved = { yawDeg: [] as number[], pitchDeg: [] as number[], rollDeg: [] as number[] };
    for (let seed = 0; seed < PEOPLE; seed++) {
      const turned = seed % 2 === 0 ? {} : { yawDeg: 15, pitchDeg: -8 };
      const shut = await poseOf(seed, turned);
      const open = await poseOf(seed, { ...turned, jawOpen: 1 });
      for (const axis of AXES) moved[axis].push(Math.abs(open[axis] - shut[axis]));
    }
    for (const axis of AXES) {
      expect(moved[axis].reduce((sum, one) => sum + one, 0) / PEOPLE, axis).toBeLessThan(2);
      expect(Math.max(...moved[axis]), axis).toBeLessThan(4);
    }
  });
});
