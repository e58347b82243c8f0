import { describe, expect, it } from 'vitest';
import { coverageLine } from './coverage-line.ts';

describe('coverageLine', () => {
  it('counts in three kinds that add up to all present', () => {
    expect(coverageLine([{ window: 1, measured: 62, unclear: 9, present: 398 }])).toEqual({
      kind: 'counts',
      measured: 62,
      unclear: 9,
      not: 327,
    });
  });

  it('says nothing of fewer than five', () => {
    expect(coverageLine([{ window: 1, measured: null, unclear: null, present: 40 }])).toEqual({
      kind: 'few',
      present: 40,
    });
  });

  it('never counts below nought when people have just left', () => {
    expect(coverageLine([{ window: 1, measured: 62, unclear: 9, present: 60 }])).toMatchObject({ not: 0 });
  });

  it('knows an empty room', () => {
    expect(coverageLine([])).toEqual({ kind: 'none' });
    expect(coverageLine([{ window: 1, measured: null, unclear: null, present: 0 }])).toEqual({ kind: 'none' });
  });
});
