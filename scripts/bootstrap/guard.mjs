import { spawn } from 'node:child_process';

/**
 * Ends with SIGINT the process group that this pid leads once this process is gone, however that ends: what it reads is closed then. Whoever
 * has ended the group before kills the guard.
 *
 * @param {number} leader
 */
export function guardOf(leader) {
  const script = 'read -r _; kill -s INT -- "-$0"';
  const guard = spawn('sh', ['-c', script, String(leader)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell there is no guard, and nothing else is worse for it.
  guard.on('error', () => undefined);
  return guard;
}
