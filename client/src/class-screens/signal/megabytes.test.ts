import { describe, expect, it } from 'vitest';
import { formatMegabytes } from './megabytes.ts';

describe('formatMegabytes', () => {
  it('has one decimal in the mark of the language', () => {
    expect(formatMegabytes(8_123_456, 'en')).toBe('8.1 MB');
    expect(formatMegabytes(8_000_000, 'de')).toBe('8,0 MB');
  });
});
