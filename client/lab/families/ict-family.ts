import { IctHead } from '../ict-head.ts';
import { Person } from '../person.ts';
import { seeded, seedOf } from '../random.ts';
import type { FaceFamily } from './family.ts';

/** The second family: heads of the morphable model made from scans. */
export function ictFamily(description: unknown, bytes: ArrayBuffer): FaceFamily {
  const head = new IctHead(description, bytes);
  return {
    name: 'ict',
    actor(identity, wanted) {
      const random = seeded(seedOf('ict', identity));
      const hairStyle = wanted.covered ? 'long' : random.pick(['short', 'none'] as const);
      return new Person(head, random, { monkTone: wanted.monkTone, glasses: wanted.glasses, hairStyle });
    },
  };
}
