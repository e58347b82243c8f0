import { expect, it } from 'vitest';
import { modelNames } from './model-names.ts';

it('names models by eight digits each', () => {
  expect(modelNames([0x621b_424a])).toBe('621b424a');
  expect(modelNames([7, 0xdead_beef])).toBe('00000007, deadbeef');
});
