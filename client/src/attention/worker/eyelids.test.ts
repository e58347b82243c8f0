import { describe, expect, it } from 'vitest';
import { Eyelids, type Openness } from './eyelids.ts';

function eyes(left: number, right = left): Openness {
  return { openness: (left + right) / 2, eyeOpenLeft: left, eyeOpenRight: right };
}

function watched(lids: Eyelids, openness: readonly number[], stepMs = 100, fromMs = 0): string[] {
  return openness.map((value, i) => lids.note(fromMs + i * stepMs, eyes(value)));
}

function looks(count: number, openness: number): number[] {
  return Array.from({ length: count }, () => openness);
}

describe('eyelids', () => {
  it('call a short closure a blink and a long one closed eyes', () => {
    const lids = new Eyelids();
    watched(lids, looks(10, 0.3));
    expect(watched(lids, [0.1, 0.05, 0.28], 100, 1000)).toEqual(['blink', 'blink', 'open']);
    const asleep = watched(lids, looks(20, 0.04), 100, 2000);
    expect(asleep.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'blink'));
    expect(asleep.slice(5)).toEqual(Array.from({ length: 15 }, () => 'closed'));
  });

  it('measure against the person’s own openness: narrow eyes are not closed eyes', () => {
    const narrow = new Eyelids();
    // Before a person's own openness is known, it is most people's.
    watched(narrow, looks(6, 0.16));
    expect(new Set(watched(narrow, looks(30, 0.16), 100, 600))).toEqual(new Set(['open']));
    expect(narrow.note(4000, eyes(0.07))).toBe('blink');
    const wide = new Eyelids();
    watched(wide, looks(30, 0.42));
    expect(wide.note(4000, eyes(0.19))).toBe('blink');
  });

  it('do not take closed eyes for the person’s own openness, however long they last', () => {
    const lids = new Eyelids();
    watched(lids, looks(10, 0.3));
    watched(lids, looks(600, 0.05), 100, 1000);
    expect(lids.note(61_000, eyes(0.05))).toBe('closed');
    expect(lids.note(61_100, eyes(0.3))).toBe('open');
  });

  it('blink together: one eye that is misread is no blink', () => {
    const lids = new Eyelids();
    watched(lids, looks(10, 0.3));
    expect(lids.note(1000, eyes(0.05, 0.29))).toBe('open');
    expect(lids.note(1100, eyes(0.05, 0.06))).toBe('blink');
  });

  it('do not take the noise of a dim picture for blinks', () => {
    const lids = new Eyelids();
    const noisy = Array.from({ length: 40 }, (_, i) => [0.34, 0.2, 0.28, 0.36, 0.18][i % 5] ?? 0);
    expect(new Set(watched(lids, noisy).slice(16))).toEqual(new Set(['open']));
    const steady = new Eyelids();
    watched(steady, looks(40, 0.3));
    expect(steady.note(4000, eyes(0.18))).toBe('blink');
  });

  it('follow somebody who looks down a little and whose lids follow', () => {
    const lids = new Eyelids();
    watched(lids, looks(30, 0.34));
    const lower = Array.from({ length: 30 }, (_, i) => Math.max(0.2, 0.34 - i * 0.01));
    expect(new Set(watched(lids, lower, 100, 3000))).toEqual(new Set(['open']));
    expect(lids.note(7000, eyes(0.1))).toBe('blink');
  });
});
