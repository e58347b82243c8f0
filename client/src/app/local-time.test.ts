import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocalInput, nextFullHour, toLocalInput } from './local-time.ts';

describe('times in a form', () => {
  it('come back as they went in, to the minute', () => {
    const minute = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(minute, (date) => {
        date.setSeconds(0, 0);
        const text = toLocalInput(date);
        // Where a clock is set back an hour stands twice; the text is the same for both.
        expect(toLocalInput(fromLocalInput(text) ?? new Date(0))).toBe(text);
      }),
    );
  });

  it('are null when nothing or no date was typed', () => {
    expect(fromLocalInput('')).toBeNull();
    expect(fromLocalInput('soon')).toBeNull();
  });
});

describe('nextFullHour', () => {
  it('is at least half an hour away and full', () => {
    expect(nextFullHour(new Date(2026, 2, 2, 8, 20))).toEqual(new Date(2026, 2, 2, 9, 0));
    expect(nextFullHour(new Date(2026, 2, 2, 8, 40))).toEqual(new Date(2026, 2, 2, 10, 0));
    expect(nextFullHour(new Date(2026, 2, 2, 8, 30))).toEqual(new Date(2026, 2, 2, 9, 0));
    expect(nextFullHour(new Date(2026, 2, 2, 23, 50))).toEqual(new Date(2026, 2, 3, 1, 0));
  });
});
