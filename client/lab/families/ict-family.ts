import { IctHead } from '../people/ict-head.ts';
import { drawLooks, HEAD_COVERS, type LidShape } from '../people/looks.ts';
import { Person } from '../people/person.ts';
import { seeded, seedOf } from '../random.ts';
import type { FaceFamily, LidGroup } from './family.ts';

const LIDS: Readonly<Record<LidGroup, readonly LidShape[]>> = {
  open: ['round', 'almond'],
  hooded: ['hooded', 'monolid'],
  narrow: ['narrow'],
};

/** The second family: heads of the morphable model made from scans. */
export function ictFamily(description: unknown, bytes: ArrayBuffer): FaceFamily {
  const head = new IctHead(description, bytes);
  return {
    name: 'ict',
    actor(identity, wanted) {
      const random = seeded(seedOf('ict', identity));
      const looks = drawLooks(random, {
        monkTone: wanted.monkTone,
        glasses: wanted.glasses,
        lidShape: random.pick(LIDS[wanted.lids]),
        headCover: wanted.covered ? random.pick(HEAD_COVERS.slice(1)) : 'none',
      });
      return new Person(head, random, looks);
    },
  };
}
