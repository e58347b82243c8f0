import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Ends with SIGINT the process group that this pid leads once this process is gone, however that ends: what it reads is closed then. Whoever
 * has ended the group before kills the guard.
 */
export function guardOf(pid: number): ChildProcess {
  return spawn('sh', ['-c', 'read -r _; kill -s INT -- "-$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}
