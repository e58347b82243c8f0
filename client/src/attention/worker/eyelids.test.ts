import { describe, expect, it } from 'vitest';
import { Eyelids } from './eyelids.ts';

function watched(lids: Eyelids, openness: readonly number[], fromMs = 0, stepMs = 100): string[] {
  return openness.map((value, i) => lids.note(fromMs + i * stepMs, value));
}

function looks(count: number, openness: number): number[] {
  return Array.from({ length: count }, () => openness);
}

describe('eyelids', () => {
  it('call a short closure a blink and a long one closed eyes', () => {
    const lids = new Eyelids();
    watched(lids, looks(10, 0.95));
    expect(watched(lids, [0.4, 0.1, 0.9], 1000)).toEqual(['blink', 'blink', 'open']);
    const asleep = watched(lids, looks(20, 0.1), 2000);
    expect(asleep.slice(0, 5)).toEqual(looks(5, 0).map(() => 'blink'));
    expect(asleep.slice(5)).toEqual(looks(15, 0).map(() => 'closed'));
  });

  it('measure against the person’s own openness: narrow eyes are not closed eyes', () => {
    const narrow = new Eyelids();
    // Before a person's own openness is known, it is most people's.
    watched(narrow, looks(6, 0.45));
    expect(new Set(watched(narrow, looks(30, 0.45), 600))).toEqual(new Set(['open']));
    expect(narrow.note(4000, 0.03)).toBe('blink');
  });

  it('do not take eyes that are open wide for closing, though log-odds fall far there', () => {
    const lids = new Eyelids();
    watched(lids, looks(12, 0.998));
    expect(watched(lids, [0.96, 0.998, 0.85], 1200)).toEqual(['open', 'open', 'blink']);
  });

  it('ask for more of eyes whose openness wavers', () => {
    const wavering = [0.99, 0.7, 0.97, 0.85, 0.995, 0.6, 0.95, 0.8, 0.98, 0.65, 0.99, 0.75];
    const steady = new Eyelids();
    watched(steady, looks(12, 0.97));
    expect(steady.note(1200, 0.6)).toBe('blink');
    const lids = new Eyelids();
    watched(lids, wavering);
    expect(lids.note(1200, 0.6)).toBe('open');
  });

  it('call shut eyes closed whatever was before, and never learn them', () => {
    const pasts = {
      wavering: [0.99, 0.7, 0.97, 0.85, 0.995, 0.6, 0.95, 0.8, 0.98, 0.65, 0.99, 0.75],
      narrow: looks(12, 0.5),
      shutAtFirst: [...looks(3, 0.05), ...looks(9, 0.97)],
      none: [],
    };
    for (const past of Object.values(pasts)) {
      const lids = new Eyelids();
      watched(lids, past);
      const shut = watched(lids, looks(60, 0.1), past.length * 100);
      expect(new Set(shut.slice(0, 5))).toEqual(new Set(['blink']));
      expect(new Set(shut.slice(5))).toEqual(new Set(['closed']));
      watched(lids, looks(12, 0.97), 10_000);
      expect(lids.note(11_200, 0.97)).toBe('open');
    }
  });

  it('do not take closed eyes for the person’s own openness, however long they last', () => {
    const lids = new Eyelids();
    watched(lids, looks(10, 0.9));
    watched(lids, looks(600, 0.1), 1000);
    expect(lids.note(61_000, 0.1)).toBe('closed');
    expect(lids.note(61_100, 0.9)).toBe('open');
  });

  it('do not call lids closed that only stay lower, and take them for the person’s own in time', () => {
    const lids = new Eyelids();
    watched(lids, looks(20, 0.95));
    const lower = watched(lids, looks(40, 0.65), 2000);
    expect(lower).not.toContain('closed');
    expect(new Set(lower.slice(5))).toEqual(new Set(['open']));
    expect(lids.note(6500, 0.08)).toBe('blink');
  });

  it('call a single picture’s eyes closed only where they are more closed than open', () => {
    expect(new Eyelids().note(0, 0.55)).toBe('open');
    expect(new Eyelids().note(0, 0.45)).toBe('blink');
  });
});
