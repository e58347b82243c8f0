import { describe, expect, it } from 'vitest';
import { PatientStorage, type DeviceStorage } from './device-storage.ts';

/** A browser's storage that takes so many entries and no more. */
class SmallStorage implements DeviceStorage {
  readonly kept = new Map<string, string>();
  room: number;

  constructor(room: number) {
    this.room = room;
  }
  get length(): number {
    return this.kept.size;
  }
  key(index: number): string | null {
    return [...this.kept.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (!this.kept.has(key) && this.kept.size >= this.room) throw new DOMException('full', 'QuotaExceededError');
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

const keysOf = (storage: DeviceStorage) => Array.from({ length: storage.length }, (_, index) => storage.key(index));

describe('the storage of this device', () => {
  it('keeps in the browser what the browser takes', () => {
    const browser = new SmallStorage(9);
    const storage = new PatientStorage(() => browser);
    storage.setItem('a', '1');
    expect(browser.kept.get('a')).toBe('1');
    browser.kept.set('a', 'of another tab');
    expect(storage.getItem('a')).toBe('of another tab');
    storage.removeItem('a');
    expect(browser.kept.size).toBe(0);
  });

  it('keeps for the page what a full one does not take, and hands it over once there is room', () => {
    const browser = new SmallStorage(1);
    const storage = new PatientStorage(() => browser);
    storage.setItem('a', '1');
    storage.setItem('b', '2');
    expect(storage.getItem('b')).toBe('2');
    expect(keysOf(storage)).toEqual(['a', 'b']);
    browser.room = 2;
    storage.setItem('b', '3');
    expect(browser.kept.get('b')).toBe('3');
    storage.removeItem('b');
    expect(storage.getItem('b')).toBeNull();
  });

  it('leaves no older value in the browser where the newer one does not fit', () => {
    const browser = new SmallStorage(1);
    const storage = new PatientStorage(() => browser);
    storage.setItem('a', 'old');
    browser.room = 0;
    browser.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    storage.setItem('a', 'new');
    expect(storage.getItem('a')).toBe('new');
    expect(browser.kept.has('a')).toBe(false);
  });

  it('does without one that is switched off', () => {
    const storage = new PatientStorage(() => {
      throw new DOMException('off', 'SecurityError');
    });
    expect(storage.getItem('a')).toBeNull();
    storage.setItem('a', '1');
    expect(storage.getItem('a')).toBe('1');
    expect(keysOf(storage)).toEqual(['a']);
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
  });
});
