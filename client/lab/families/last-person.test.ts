import { Group, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { FaceFamily, WantedLooks } from './family.ts';
import { BYSTANDERS_FROM, keepingLast } from './last-person.ts';

const LOOKS: WantedLooks = { monkTone: 3, lids: 'open', glasses: false, covered: false };

function counted(): { readonly family: FaceFamily; readonly made: number[]; readonly disposed: number[] } {
  const made: number[] = [];
  const disposed: number[] = [];
  const family: FaceFamily = {
    name: 'ict',
    actor(identity) {
      made.push(identity);
      return {
        object: new Group(),
        looks: { identity },
        eyesAt: new Vector3(),
        pose: () => undefined,
        reflect: () => undefined,
        dispose: () => disposed.push(identity),
      };
    },
  };
  return { family, made, disposed };
}

describe('a family that keeps the last person', () => {
  it('makes a person once for clips that follow each other', () => {
    const { family, made, disposed } = counted();
    const keeping = keepingLast(family);
    for (const identity of [3, 3, 3, 4]) {
      const actor = keeping.actor(identity, LOOKS);
      const room = new Group().add(actor.object);
      actor.dispose();
      expect(room.children).toEqual([]);
    }
    expect(made).toEqual([3, 4]);
    expect(disposed).toEqual([3]);
  });

  it('makes another for other looks, and bystanders each time', () => {
    const { family, made, disposed } = counted();
    const keeping = keepingLast(family);
    keeping.actor(3, LOOKS);
    keeping.actor(BYSTANDERS_FROM + 3, LOOKS).dispose();
    keeping.actor(BYSTANDERS_FROM + 3, LOOKS).dispose();
    keeping.actor(3, { ...LOOKS, glasses: true });
    expect(made).toEqual([3, BYSTANDERS_FROM + 3, BYSTANDERS_FROM + 3, 3]);
    expect(disposed).toEqual([BYSTANDERS_FROM + 3, BYSTANDERS_FROM + 3, 3]);
  });
});
