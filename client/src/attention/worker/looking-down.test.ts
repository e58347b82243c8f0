import { describe, expect, it } from 'vitest';
import { LookingDown } from './looking-down.ts';

describe('looking down', () => {
  it('is brief for twenty seconds and long after that', () => {
    const down = new LookingDown();
    const said = Array.from({ length: 60 }, (_, i) => down.note(i * 500, 'down'));
    expect(said.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => 'brief'));
    expect(said.slice(40)).toEqual(Array.from({ length: 20 }, () => 'long'));
  });

  it('begins anew after a look up, but for one that lasts no longer than a second', () => {
    const down = new LookingDown();
    for (let tMs = 0; tMs <= 19_500; tMs += 500) down.note(tMs, 'down');
    expect(down.note(20_000, 'up')).toBeNull();
    expect(down.note(20_500, 'down')).toBe('long');
    for (let tMs = 21_000; tMs <= 23_000; tMs += 500) down.note(tMs, 'up');
    expect(down.note(23_500, 'down')).toBe('brief');
  });

  it('goes on while somebody perhaps looks down, which does not begin it', () => {
    const down = new LookingDown();
    expect(down.note(0, 'perhaps-down')).toBeNull();
    down.note(500, 'down');
    for (let tMs = 1000; tMs < 20_500; tMs += 500) expect(down.note(tMs, 'perhaps-down')).toBeNull();
    expect(down.note(20_500, 'down')).toBe('long');
  });

  it('goes on while a bowed head shows no face, and does not begin with an empty chair', () => {
    const down = new LookingDown();
    expect(down.note(0, 'no-face')).toBeNull();
    down.note(500, 'down');
    expect(down.note(1000, 'no-face')).toBe('brief');
    expect(down.note(1500, 'no-face')).toBe('brief');
    for (let tMs = 2000; tMs < 21_000; tMs += 500) down.note(tMs, tMs % 5000 === 0 ? 'down' : 'no-face');
    expect(down.note(21_500, 'no-face')).toBe('long');
  });

  it('is over ten seconds after the face was lost: the chair is empty', () => {
    const down = new LookingDown();
    down.note(0, 'down');
    const said = Array.from({ length: 40 }, (_, i) => down.note((i + 1) * 500, 'no-face'));
    expect(said).toEqual([...Array.from({ length: 20 }, () => 'brief'), ...Array.from({ length: 20 }, () => null)]);
    expect(down.note(20_500, 'down')).toBe('brief');
  });

  it('goes on through eyes that seem closed over notes, which do not look down themselves', () => {
    const down = new LookingDown();
    expect(down.note(0, 'closed-eyes')).toBeNull();
    for (let tMs = 500; tMs < 20_500; tMs += 500) {
      const lowered = tMs % 5000 > 3000;
      expect(down.note(tMs, lowered ? 'closed-eyes' : 'down')).toBe(lowered ? null : 'brief');
    }
    expect(down.note(20_500, 'down')).toBe('long');
  });
});
