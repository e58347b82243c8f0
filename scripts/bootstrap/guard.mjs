import { spawn } from 'node:child_process';

/**
 * Ends with SIGINT the process group that this pid leads once this process is gone, however that ends: what it reads is closed then. Signals that a
 * launcher passes on do not end the guard; whoever has ended the group before kills it.
 *
 * @param {number} leader
 */
export function guardOf(leader) {
  // A service manager may tell each process what it tells a launcher, which passes it on and lives.
  const script = 'trap \'\' HUP INT QUIT TERM USR2; read -r _; kill -s INT -- "-$0"';
  const guard = spawn('sh', ['-c', script, String(leader)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Without a shell there is no guard, and nothing else is worse for it.
  guard.on('error', () => undefined);
  return guard;
}
