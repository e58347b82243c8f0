import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { below, runningProcesses } from './processes.ts';

describe('the processes below one', () => {
  it('are itself, its children and theirs, whatever the order', () => {
    const processes = [
      { pid: 30, parent: 20, command: 'grandchild', cpuSeconds: 0 },
      { pid: 20, parent: 10, command: 'child', cpuSeconds: 0 },
      { pid: 11, parent: 1, command: 'other', cpuSeconds: 0 },
      { pid: 10, parent: 1, command: 'root', cpuSeconds: 0 },
    ];
    expect(below([10], processes).map(({ pid }) => pid)).toEqual([30, 20, 10]);
  });

  it('are found as they run, with their arguments', async () => {
    const child = spawn('sleep', ['300']);
    await once(child, 'spawn');
    try {
      const found = below([process.pid], await runningProcesses());
      expect(found).toContainEqual({
        pid: child.pid,
        parent: process.pid,
        command: 'sleep 300',
        cpuSeconds: expect.any(Number) as number,
      });
    } finally {
      child.kill('SIGKILL');
    }
  });
});
