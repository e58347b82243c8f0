import { describe, expect, it } from 'vitest';
import { comparableFaces } from './face-counter.ts';

describe('faces that count', () => {
  it('are those about as big as the biggest', () => {
    const near = { width: 120, height: 120 };
    expect(comparableFaces([])).toBe(0);
    expect(comparableFaces([near])).toBe(1);
    expect(comparableFaces([near, { width: 90, height: 90 }])).toBe(2);
    expect(comparableFaces([near, { width: 40, height: 40 }])).toBe(1);
  });
});
