import { expect, it } from 'vitest';
import { ContributorLimit } from './contributor-limit.ts';

it('lets through what an outage piles up and then one a second, for each contributor', () => {
  let nowMs = 0;
  const limit = new ContributorLimit(() => nowMs);
  const allowed = (id: string, times: number) => Array.from({ length: times }, () => limit.allows(id)).filter(Boolean);
  expect(allowed('a', 100)).toHaveLength(60);
  expect(allowed('b', 1)).toHaveLength(1);
  nowMs += 5_000;
  expect(allowed('a', 100)).toHaveLength(5);
});

it('remembers nobody whose bucket is full again, however many come and go', () => {
  let nowMs = 0;
  const limit = new ContributorLimit(() => nowMs);
  for (let n = 0; n < 1_000; n += 1) {
    limit.allows(String(n));
    nowMs += 1_000;
  }
  expect([limit.contributors, limit.remembered]).toEqual([1_000, 60]);
});
