import { describe, expect, it } from 'vitest';
import { groupsOf, identitiesOf, partOf, PARTS, wantedLooks } from './design.ts';

function shares(values: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));
}

describe('the design', () => {
  it('splits identities by their last digit, and no identity is in two parts', () => {
    for (const part of PARTS) {
      const identities = identitiesOf(part, 60);
      expect(new Set(identities).size).toBe(60);
      expect(identities.every((identity) => partOf(identity) === part)).toBe(true);
    }
    expect(identitiesOf('test', 4)).toEqual([7, 8, 9, 17]);
    expect(identitiesOf('train', 3, 4)).toEqual([4, 10, 11]);
  });

  it('gives each group at least 20 of 60 identities, and each tone of the scale some', () => {
    for (const part of PARTS) {
      const looks = identitiesOf(part, 60).map(wantedLooks);
      const groups = looks.map((look) => groupsOf(look, 'even'));
      for (const name of ['tone', 'glasses', 'lids', 'cover'] as const) {
        const counts = shares(groups.map((group) => group[name]));
        expect(Math.min(...Object.values(counts)), `${part} ${name}`).toBeGreaterThanOrEqual(20);
      }
      expect(new Set(looks.map(({ monkTone }) => monkTone)).size).toBe(10);
    }
  });

  it('crosses the groups: within 36 identities every combination stands once', () => {
    const combinations = identitiesOf('test', 36).map((identity) => {
      const { tone, glasses, lids, cover } = groupsOf(wantedLooks(identity), 'even');
      return [tone, glasses, lids, cover].join(' ');
    });
    expect(new Set(combinations).size).toBe(36);
  });
});
