import type { LidGroup, WantedLooks } from '../families/family.ts';
import { LID_GROUPS } from '../families/family.ts';
import type { LightGroup } from '../scenes/light-groups.ts';

export const PARTS = ['train', 'calibration', 'test'] as const;
export type Part = (typeof PARTS)[number];

export type ToneGroup = '1-4' | '5-7' | '8-10';

/** What figures are broken down by. */
export interface Groups {
  readonly tone: ToneGroup;
  readonly glasses: 'glasses' | 'none';
  readonly lids: LidGroup;
  readonly cover: 'covered' | 'uncovered';
  readonly light: LightGroup;
}

/** Which last digits of an identity's number belong to a part. Identities of the test are never trained or tuned on. */
const DIGITS: Readonly<Record<Part, readonly number[]>> = {
  train: [0, 1, 2, 3, 4],
  calibration: [5, 6],
  test: [7, 8, 9],
};
/** Indices into the Monk scale. */
const TONES: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

/** The part that an identity belongs to. */
export function partOf(identity: number): Part {
  return PARTS.find((part) => DIGITS[part].includes(identity % 10)) ?? 'test';
}

/** The first `count` identities of a part, from its `from`th on. */
export function identitiesOf(part: Part, count: number, from = 0): readonly number[] {
  const digits = DIGITS[part];
  return Array.from({ length: count }, (_, i) => {
    const place = from + i;
    return Math.floor(place / digits.length) * 10 + (digits[place % digits.length] ?? 0);
  });
}

/** The identity's number within its part. */
export function placeOf(identity: number): number {
  const digits = DIGITS[partOf(identity)];
  return Math.floor(identity / 10) * digits.length + digits.indexOf(identity % 10);
}

/**
 * What the design asks of an identity: tone, lids, glasses and head cover go round within each part so that any twelve neighbours
 * hold each of them in equal shares and 36 hold every combination once.
 */
export function wantedLooks(identity: number): WantedLooks {
  const place = placeOf(identity);
  const tones = TONES[(place + Math.floor(place / 12)) % 3] ?? [4];
  return {
    covered: place % 2 === 1,
    glasses: Math.floor(place / 2) % 2 === 1,
    lids: LID_GROUPS[Math.floor(place / 4) % 3] ?? 'open',
    monkTone: tones[Math.floor(place / 3) % tones.length] ?? 4,
  };
}

export function groupsOf(looks: WantedLooks, light: LightGroup): Groups {
  return {
    tone: looks.monkTone < 4 ? '1-4' : looks.monkTone < 7 ? '5-7' : '8-10',
    glasses: looks.glasses ? 'glasses' : 'none',
    lids: looks.lids,
    cover: looks.covered ? 'covered' : 'uncovered',
    light,
  };
}
