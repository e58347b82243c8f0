import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Benchmark } from '../figure.ts';

const root = resolve(import.meta.dirname, '../../..');

/** `npm start` on a checkout that has been started before, until /healthz answers 200. */
export const start: Benchmark = {
  name: 'start',
  about: 'second npm start until the class could be joined',
  async run(log) {
    const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
    try {
      await startOnce(dataDir);
      const samples: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const { healthySeconds, stopSeconds } = await startOnce(dataDir);
        samples.push(healthySeconds);
        log(`healthy after ${healthySeconds.toFixed(2)} s, gone ${stopSeconds.toFixed(2)} s after Ctrl-C`);
      }
      const worst = Math.max(...samples);
      return [{ name: 'second start to healthy', value: worst, unit: 's', goal: 5, note: 'npm start, worst of 3' }];
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};

async function startOnce(dataDir: string): Promise<{ healthySeconds: number; stopSeconds: number }> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { ...process.env, LECTERN_HTTP_PORT: '0', LECTERN_MEDIA_PORT: '0', LECTERN_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const address = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = /Lectern is ready at (\S+)/.exec(line)?.[1];
    if (url !== undefined) address.resolve(url);
  });
  void exit.then(() => {
    address.reject(new Error('npm start ended before it was ready'));
  });
  const url = await address.promise;
  while ((await fetch(new URL('/healthz', url))).status !== 200) await new Promise(setImmediate);
  const healthySeconds = (performance.now() - began) / 1000;
  const stopping = performance.now();
  // Ctrl-C reaches the whole group of a terminal's processes.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await exit;
  return { healthySeconds, stopSeconds: (performance.now() - stopping) / 1000 };
}
