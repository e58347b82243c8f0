import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lectern-npm-'));
});
afterEach(() => rm(directory, { recursive: true }));

it.each(['SIGINT', 'SIGTERM'] as const)('takes npm along on %s, however long npm would tidy up', async (signal) => {
  const pidFile = join(directory, 'pid');
  // npm, too, hears the signal, and ends only when it has put back what it moved.
  const npm = join(directory, 'npm.js');
  const ignore = `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);`;
  await writeFile(
    npm,
    `${ignore} require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => undefined, 1000);`,
  );
  const program = `import { runNpm } from ${JSON.stringify(join(import.meta.dirname, 'npm.mjs'))}; await runNpm(['ci'], { cwd: '.', remedy: '' });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: directory,
    env: { ...process.env, npm_execpath: npm },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), { timeout: 30_000 }).toMatch(/^\d+$/);
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  const isRunning = (): boolean => {
    try {
      return process.kill(Number(readFileSync(pidFile, 'utf8')), 0);
    } catch {
      return false;
    }
  };
  await expect.poll(isRunning).toBe(false);
});
