import { describe, expect, it } from 'vitest';
import { SHORTCUTS, shortcutOf, type Keystroke, type KeyTarget } from './shortcuts.ts';

const press = (key: string, changes: Partial<Keystroke> = {}): Keystroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  defaultPrevented: false,
  ...changes,
});
const onPage: KeyTarget = { matches: () => false, closest: () => null };
const inField: KeyTarget = { matches: (selector) => selector.includes('textarea'), closest: () => null };
const inPanel: KeyTarget = { matches: () => false, closest: (selector) => (selector.includes('.sheet') ? {} : null) };
const inMenu: KeyTarget = { matches: () => false, closest: (selector) => (selector.includes('menu') ? {} : null) };

describe('shortcutOf', () => {
  it('finds the action of a key, whatever its case', () => {
    expect(shortcutOf(press('m'), onPage)).toBe('microphone');
    expect(shortcutOf(press('H'), onPage)).toBe('hand');
    expect(shortcutOf(press('?'), null)).toBe('help');
    expect(shortcutOf(press('x'), onPage)).toBeNull();
  });

  it('does nothing where letters are typed or owned', () => {
    for (const { key } of SHORTCUTS) {
      expect(shortcutOf(press(key), inField)).toBeNull();
      expect(shortcutOf(press(key), inMenu)).toBeNull();
      expect(shortcutOf(press(key), inPanel)).toBeNull();
    }
  });

  it('leaves the browser its own keys', () => {
    expect(shortcutOf(press('c', { ctrlKey: true }), onPage)).toBeNull();
    expect(shortcutOf(press('f', { metaKey: true }), onPage)).toBeNull();
    expect(shortcutOf(press('h', { altKey: true }), onPage)).toBeNull();
  });

  it('does not fire again while a key is held, nor while a character is composed', () => {
    expect(shortcutOf(press('m', { repeat: true }), onPage)).toBeNull();
    expect(shortcutOf(press('m', { isComposing: true }), onPage)).toBeNull();
    expect(shortcutOf(press('m', { defaultPrevented: true }), onPage)).toBeNull();
  });

  it('gives no key two meanings', () => {
    expect(new Set(SHORTCUTS.map(({ key }) => key)).size).toBe(SHORTCUTS.length);
  });
});
