import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SCENARIOS, scenarioFile } from './scenarios.ts';

it('lists every scenario that there is, and no other', async () => {
  const files = await readdir(join(import.meta.dirname, '../scenarios'));
  const there = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  expect(SCENARIOS.map(({ name }) => `${name}.ts`).sort()).toEqual(there);
  expect(scenarioFile('smoke')).toMatch(/loadtest\/scenarios\/smoke\.ts$/);
});
