import { describe, expect, it } from 'vitest';
import { KeptNames } from './kept-names.ts';

function storage(kept: string | null = null) {
  return {
    kept,
    getItem(): string | null {
      return this.kept;
    },
    setItem(_key: string, value: string): void {
      this.kept = value;
    },
  };
}

describe('names that a device keeps', () => {
  it('holds one until it is taken away, and no other', () => {
    const device = storage();
    new KeptNames('lectern.test', 50, device).add('algebra');
    const kept = new KeptNames('lectern.test', 50, device);
    expect([kept.has('algebra'), kept.has('geometry')]).toEqual([true, false]);
    kept.remove('algebra');
    expect(kept.has('algebra')).toBe(false);
  });

  it('lets the oldest go first', () => {
    const kept = new KeptNames('lectern.test', 50, storage());
    for (let course = 0; course < 51; course += 1) kept.add(String(course));
    expect([kept.has('0'), kept.has('50')]).toEqual([false, true]);
  });

  it.each([null, '', 'nonsense', '{}', '[7]'])('has none when %s was kept', (kept) => {
    expect(new KeptNames('lectern.test', 50, storage(kept)).has('algebra')).toBe(false);
  });
});
