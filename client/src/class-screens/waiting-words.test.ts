import { expect, it } from 'vitest';
import { waitingWords } from './waiting-words.ts';

it.each([
  [null, { in: 'unknown' }],
  [0, { in: 'soon' }],
  [5_000, { in: 'soon' }],
  [5_001, { in: 'seconds', count: 10 }],
  [41_000, { in: 'seconds', count: 45 }],
  [90_000, { in: 'seconds', count: 90 }],
  [90_001, { in: 'minutes', count: 2 }],
  [121_000, { in: 'minutes', count: 3 }],
] as const)('says no more than is known of %s ms', (estimateMs, words) => {
  expect(waitingWords(estimateMs)).toEqual(words);
});
