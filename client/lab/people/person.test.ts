import { readFile } from 'node:fs/promises';
import { DataTexture, Mesh, MeshPhongMaterial, type Vector3 } from 'three';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedFile } from '../lab-files.ts';
import { seeded } from '../random.ts';
import type { FaceState } from './face-state.ts';
import { IctHead } from './ict-head.ts';
import { shapeLids } from './lid-shapes.ts';
import { Lids, type LidEdges } from './lids.ts';
import { drawLooks, LID_SHAPES, type LidShape } from './looks.ts';
import { Person } from './person.ts';

let head: IctHead;
beforeAll(async () => {
  const description: unknown = JSON.parse(await readFile(sharedFile('media', 'ict-face', 'ict-face.json'), 'utf8'));
  const bytes = await readFile(sharedFile('media', 'ict-face', 'ict-face.bin'));
  head = new IctHead(description, Uint8Array.from(bytes).buffer);
});

function state(changes: Partial<FaceState>): FaceState {
  return { yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0, ...changes };
}

function identity(seed: number, lidShape: LidShape): Float32Array {
  const random = seeded(seed);
  const positions = head.identity(Array.from({ length: head.identityModes }, () => random.normal(0.8)));
  shapeLids(head, positions, { lidShape, lidLiftDeg: 0 });
  return positions;
}

/** Mean opening of the middle of the eye, degrees round the eyeball. */
function gapDeg({ upper, lower }: LidEdges): number {
  return [2, 3, 4, 5].reduce((sum, i) => sum + (upper[i] ?? 0) - (lower[i] ?? 0), 0) / 4;
}

describe('lids', () => {
  it('are open by their shape and meet in a blink, whoever has them', () => {
    const restDeg = Object.fromEntries(
      LID_SHAPES.map((shape) => {
        const gaps = [1, 2, 3, 4].map((seed) => {
          const positions = identity(seed, shape);
          const lids = new Lids(head, positions);
          const open = gapDeg(lids.edges(positions, 'left'));
          for (const [closing, least, most] of [
            [1, -0.1, 0.1],
            [0.5, 0.3, 0.7],
          ] as const) {
            const blinking = positions.slice();
            head.express(blinking, lids.expression(state({ lids: closing })));
            for (const side of ['left', 'right'] as const) {
              const share = gapDeg(lids.edges(blinking, side)) / open;
              expect(share, `${shape} ${String(seed)} ${side}`).toBeGreaterThan(least);
              expect(share, `${shape} ${String(seed)} ${side}`).toBeLessThan(most);
            }
          }
          return open;
        });
        return [shape, gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length];
      }),
    ) as Record<LidShape, number>;
    expect(restDeg.round).toBeGreaterThan(restDeg.hooded);
    expect(restDeg.hooded).toBeGreaterThan(restDeg.narrow);
    expect(restDeg.round / restDeg.narrow).toBeGreaterThan(1.4);
  });

  it('stay outside the eyeballs', () => {
    const positions = identity(5, 'round');
    const lids = new Lids(head, positions);
    head.express(positions, lids.expression(state({ lids: 1 })));
    lids.keepOutside(positions);
    const [cx, cy, cz] = head.eyeCentre(identity(5, 'round'), 'Left');
    for (const landmark of [42, 43, 44, 45, 46, 47]) {
      const [x, y, z] = head.landmark(positions, landmark);
      expect(Math.hypot(x - cx, y - cy, z - cz)).toBeGreaterThan(1.5);
    }
  });
});

describe('a person', () => {
  const plain = { headCover: 'none', mask: 'none', beard: 'none', strabismusDeg: 0 } as const;
  let person: Person;
  beforeAll(() => {
    person = new Person(head, seeded(11), drawLooks(seeded(11), plain));
  });

  it('is the same for the same seed, down to the skin', () => {
    const again = new Person(head, seeded(11), drawLooks(seeded(11), plain));
    expect(again.looks).toEqual(person.looks);
    expect(again.eyesAt).toEqual(person.eyesAt);
    expect(Buffer.compare(skinOf(again), skinOf(person))).toBe(0);
    const other = new Person(head, seeded(12), drawLooks(seeded(12), plain));
    expect(Buffer.compare(skinOf(other), skinOf(person))).not.toBe(0);
  });

  it('moves the irises as eyes of true size do', () => {
    const irisAt = (changes: Partial<FaceState>): Vector3 => {
      person.pose(state(changes));
      return person.irisCentres().left;
    };
    const aside = irisAt({ eyeYawDeg: 10 }).sub(irisAt({ eyeYawDeg: -10 }));
    // 10.86 mm from the eye's centre to the edge of the iris, seen from the front.
    expect(aside.x).toBeCloseTo(1.086 * 2 * Math.sin(Math.PI / 18), 1);
    expect(irisAt({ eyePitchDeg: 10 }).y).toBeGreaterThan(irisAt({ eyePitchDeg: -10 }).y);
  });

  it('opens the mouth without moving eyes or lids', () => {
    person.pose(state({}));
    const before = person.lidPoints();
    person.pose(state({ jawOpen: 1 }));
    const after = person.lidPoints();
    before.left.forEach((point, i) => {
      expect(after.left[i]?.distanceTo(point)).toBeLessThan(0.05);
    });
  });

  it('turns the head as R = Ry(yaw) Rx(-pitch) Rz(roll)', () => {
    person.pose(state({}));
    const rest = person.irisCentres();
    person.pose(state({ yawDeg: 90 }));
    // To the subject's left: what lay to the left now lies behind, what lay in front lies to the left.
    const turned = person.irisCentres().left;
    expect(turned.x).toBeCloseTo(rest.left.z, 5);
    expect(turned.z).toBeCloseTo(-rest.left.x, 5);
    person.pose(state({ pitchDeg: 30 }));
    expect(person.irisCentres().left.y).toBeGreaterThan(rest.left.y);
  });
});

/** The bytes of a person's skin. */
function skinOf(person: Person): Buffer {
  const painted: Buffer[] = [];
  person.object.traverse((node) => {
    if (!(node instanceof Mesh) || !(node.material instanceof MeshPhongMaterial)) return;
    if (node.material.map instanceof DataTexture) painted.push(Buffer.from(node.material.map.image.data as Uint8Array));
  });
  expect(painted).toHaveLength(2);
  return Buffer.concat(painted);
}
