import { describe, expect, it } from 'vitest';
import { hasDeclined, keepDeclined } from './declined-courses.ts';

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
  it('holds for the person in the course, and for nobody else and no other course', () => {
    const device = storage();
    keepDeclined('algebra', 'Sam', device);
    expect(hasDeclined('algebra', 'Sam', device)).toBe(true);
    expect(hasDeclined('algebra', 'Kim', device)).toBe(false);
    expect(hasDeclined('geometry', 'Sam', device)).toBe(false);
  });

  it('lets the oldest go first', () => {
    const device = storage();
    for (let course = 0; course < 51; course += 1) keepDeclined(String(course), 'Sam', device);
    expect(hasDeclined('0', 'Sam', device)).toBe(false);
    expect(hasDeclined('50', 'Sam', device)).toBe(true);
  });

  it.each([null, '', 'nonsense', '{}', '[7]'])('is not there when %s was kept', (kept) => {
    expect(hasDeclined('algebra', 'Sam', storage(kept))).toBe(false);
  });
});
