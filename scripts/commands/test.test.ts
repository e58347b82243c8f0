import { describe, expect, it } from 'vitest';
import { chooseParts } from './test.ts';

describe('npm test', () => {
  it('runs everything by default', () => {
    expect(chooseParts([])).toEqual({ parts: ['check', 'unit', 'browser'], filters: [] });
  });

  it('runs the parts that are named', () => {
    expect(chooseParts(['unit'])).toEqual({ parts: ['unit'], filters: [] });
    expect(chooseParts(['check', 'browser'])).toEqual({ parts: ['check', 'browser'], filters: [] });
  });

  it('hands the rest to Vitest, without the checks', () => {
    expect(chooseParts(['stage.test.ts', '-t', 'hand'])).toEqual({
      parts: ['unit', 'browser'],
      filters: ['stage.test.ts', '-t', 'hand'],
    });
    expect(chooseParts(['browser', 'stage'])).toEqual({ parts: ['browser'], filters: ['stage'] });
  });
});
