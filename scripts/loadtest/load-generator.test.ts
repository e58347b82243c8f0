import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prune } from './load-generator.ts';

const HOUR_MS = 3600 * 1000;
const NOW_MS = Date.parse('2026-11-29T12:00:00Z');

let builds: string;
beforeEach(async () => {
  builds = await mkdtemp(join(tmpdir(), 'lectern-builds-'));
});
afterEach(() => rm(builds, { recursive: true, force: true }));

async function build(name: string, hoursAgo: number): Promise<void> {
  const directory = join(builds, name);
  await mkdir(directory);
  await writeFile(join(directory, 'k6'), '');
  const used = new Date(NOW_MS - hoursAgo * HOUR_MS);
  await utimes(directory, used, used);
}

it('keeps the two builds that were used last, and those that another checkout may be using', async () => {
  for (const [name, hoursAgo] of [
    ['newest', 1],
    ['second', 2],
    ['in-use', 23],
    ['older', 30],
    ['oldest', 900],
  ] as const)
    await build(name, hoursAgo);
  await prune(builds, NOW_MS);
  expect((await readdir(builds)).sort()).toEqual(['in-use', 'newest', 'second']);
});

it('keeps two however old they are', async () => {
  for (const days of [40, 50, 60]) await build(`${days} days`, days * 24);
  await prune(builds, NOW_MS);
  expect((await readdir(builds)).sort()).toEqual(['40 days', '50 days']);
});
