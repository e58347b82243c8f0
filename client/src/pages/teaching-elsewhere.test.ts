import { afterEach, expect, it, vi } from 'vitest';
import { holdTeaching, isTeachingElsewhere } from './teaching-elsewhere.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('knows of each page that somebody teaches in, until it is left', async () => {
  expect(await isTeachingElsewhere()).toBe(false);
  const leaveFirst = holdTeaching();
  const leaveSecond = holdTeaching();
  expect(await isTeachingElsewhere()).toBe(true);
  leaveFirst();
  expect(await isTeachingElsewhere()).toBe(true);
  leaveSecond();
  await expect.poll(() => isTeachingElsewhere()).toBe(false);
});

it('asks nothing where the browser has no locks', async () => {
  vi.stubGlobal('navigator', {});
  const leave = holdTeaching();
  expect(await isTeachingElsewhere()).toBe(false);
  leave();
});
