import { describe, expect, it } from 'vitest';
import { LookingDown } from './looking-down.ts';

describe('looking down', () => {
  it('is brief for twenty seconds and long after that', () => {
    const down = new LookingDown();
    const said = Array.from({ length: 60 }, (_, i) => down.note(i * 500, true, true));
    expect(said.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => 'brief'));
    expect(said.slice(40)).toEqual(Array.from({ length: 20 }, () => 'long'));
  });

  it('begins anew after a look up, but for one that lasts no longer than a second', () => {
    const down = new LookingDown();
    for (let tMs = 0; tMs <= 19_500; tMs += 500) down.note(tMs, true, true);
    expect(down.note(20_000, true, false)).toBeNull();
    expect(down.note(20_500, true, true)).toBe('long');
    for (let tMs = 21_000; tMs <= 23_000; tMs += 500) down.note(tMs, true, false);
    expect(down.note(23_500, true, true)).toBe('brief');
  });

  it('goes on while a bowed head shows no face, and does not begin with an empty chair', () => {
    const down = new LookingDown();
    expect(down.note(0, false, false)).toBeNull();
    down.note(500, true, true);
    expect(down.note(1000, false, false)).toBe('brief');
    expect(down.note(1500, false, false)).toBe('brief');
    for (let tMs = 2000; tMs <= 21_000; tMs += 500) down.note(tMs, false, false);
    expect(down.note(21_500, false, false)).toBe('long');
  });
});
