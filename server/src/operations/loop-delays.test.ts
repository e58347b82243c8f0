import { afterEach, expect, it } from 'vitest';
import { LoopDelays } from './loop-delays.ts';

const delays: LoopDelays[] = [];
afterEach(() => {
  for (const each of delays.splice(0)) each.close();
});

/** Real time: it is the loop itself that is measured. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function blockFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function read(of: LoopDelays) {
  const samples = of.samples();
  const buckets = samples.filter(({ suffix }) => suffix === '_bucket').map(({ value }) => value);
  const one = (suffix: string) => samples.find((sample) => sample.suffix === suffix)?.value ?? Number.NaN;
  const within = (le: string) => samples.find(({ labels }) => labels?.['le'] === le)?.value ?? Number.NaN;
  return { buckets, within, count: one('_count'), sum: one('_sum') };
}

it('counts each look once, in the bucket of what held it up, over all turns', async () => {
  const loop = new LoopDelays();
  delays.push(loop);
  await pause(100);
  blockFor(300);
  await pause(100);
  const first = read(loop);
  expect(first.buckets).toEqual(first.buckets.toSorted((a, b) => a - b));
  expect(first.within('+Inf')).toBe(first.count);
  // At least the one look that was held up for 250 ms or more is beyond this bound.
  expect(first.count - first.within('0.15')).toBeGreaterThan(0);
  expect(first.sum).toBeGreaterThan(0.25);

  expect(loop.turn()).toBeGreaterThan(250);
  // Nothing is lost with the turn, and nothing counted twice.
  expect(read(loop)).toMatchObject({ count: first.count, buckets: first.buckets });
  await pause(100);
  expect(read(loop).count).toBeGreaterThan(first.count);
});
