import { describe, expect, it } from 'vitest';
import { Eyelids } from './eyelids.ts';

function watched(lids: Eyelids, openness: readonly number[], stepMs = 100, fromMs = 0): string[] {
  return openness.map((value, i) => lids.note(fromMs + i * stepMs, value));
}

describe('eyelids', () => {
  it('call a short closure a blink and a long one closed eyes', () => {
    const lids = new Eyelids();
    watched(
      lids,
      Array.from({ length: 10 }, () => 0.3),
    );
    expect(watched(lids, [0.1, 0.05, 0.28], 100, 1000)).toEqual(['blink', 'blink', 'open']);
    const asleep = watched(
      lids,
      Array.from({ length: 20 }, () => 0.04),
      100,
      2000,
    );
    expect(asleep.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'blink'));
    expect(asleep.slice(5)).toEqual(Array.from({ length: 15 }, () => 'closed'));
  });

  it('measure against the person’s own openness: narrow eyes are not closed eyes', () => {
    const narrow = new Eyelids();
    const looks = (count: number): number[] => Array.from({ length: count }, () => 0.16);
    // Before a person's own openness is known, it is most people's.
    watched(narrow, looks(6));
    expect(new Set(watched(narrow, looks(30), 100, 600))).toEqual(new Set(['open']));
    expect(narrow.note(4000, 0.07)).toBe('blink');
    const wide = new Eyelids();
    watched(
      wide,
      Array.from({ length: 30 }, () => 0.42),
    );
    expect(wide.note(4000, 0.19)).toBe('blink');
  });

  it('do not take closed eyes for the person’s own openness, however long they last', () => {
    const lids = new Eyelids();
    watched(
      lids,
      Array.from({ length: 10 }, () => 0.3),
    );
    watched(
      lids,
      Array.from({ length: 600 }, () => 0.05),
      100,
      1000,
    );
    expect(lids.level).toBeCloseTo(0.3);
  });
});
