import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { processTree } from './product-processes.ts';

const WAIT = 'setInterval(() => {}, 1e6)';
/** Starts what a server starts: analytics in its own program, and a worker whose name says nothing. */
const SERVER = `
  const { spawn } = require('node:child_process');
  const analytics = spawn(process.execPath, ['-e', '${WAIT}', 'analytics/src/main.ts']);
  const worker = spawn('sleep', ['600']);
  const left = spawn(process.execPath, ['-e', '${WAIT}']);
  console.log(JSON.stringify({ analytics: analytics.pid, worker: worker.pid, other: left.pid }));
  ${WAIT}`;

it.skipIf(process.platform !== 'linux')('knows the product’s processes by who started what', async () => {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  const pids = JSON.parse(line) as Record<'analytics' | 'worker' | 'other', number>;
  try {
    const parts = (await processTree(server.pid!)).map(({ pid, part }) => [pid, part]);
    expect(Object.fromEntries(parts)).toEqual({
      [server.pid!]: 'server',
      [pids.analytics]: 'analytics',
      [pids.worker]: 'worker',
      [pids.other]: 'other',
    });
  } finally {
    for (const pid of [server.pid!, ...Object.values(pids)]) process.kill(pid, 'SIGKILL');
  }
});
