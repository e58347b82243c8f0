import { describe, expect, it } from 'vitest';
import { hueOf, initials } from './initials.ts';

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['Ada', 'A'],
    ['grace b. hopper', 'GH'],
    ['  José  María  Ñúñez ', 'JÑ'],
    ['(guest) Kim', 'GK'],
    ['王小明', '王'],
    ['🦊', '?'],
  ])('stands for %j as %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe('hueOf', () => {
  it('is one of six and always the same for a name', () => {
    expect(hueOf('Ada')).toBe(hueOf('Ada'));
    expect([0, 1, 2, 3, 4, 5]).toContain(hueOf('Somebody else'));
  });
});
