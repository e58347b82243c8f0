import { describe, expect, it } from 'vitest';
import { forgetDeclined, hasDeclined, keepDeclined } from './declined-courses.ts';

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

describe('a No on this device', () => {
  it('holds for its course and for no other, until a Yes', () => {
    const device = storage();
    keepDeclined('algebra', device);
    expect(hasDeclined('algebra', device)).toBe(true);
    expect(hasDeclined('geometry', device)).toBe(false);
    forgetDeclined('algebra', device);
    expect(hasDeclined('algebra', device)).toBe(false);
  });

  it('lets the oldest go first', () => {
    const device = storage();
    for (let course = 0; course < 51; course += 1) keepDeclined(String(course), device);
    expect(hasDeclined('0', device)).toBe(false);
    expect(hasDeclined('50', device)).toBe(true);
  });

  it.each([null, '', 'nonsense', '{}', '[7]'])('is not there when %s was kept', (kept) => {
    expect(hasDeclined('algebra', storage(kept))).toBe(false);
  });
});
