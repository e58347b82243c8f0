import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for as long as the machine is up: a pid alone is given out again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, as the system counts it; null where the system does not tell. */
  readonly startedAt: string | null;
  /** The machine and pid namespace in which `pid` means something. */
  readonly host: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid), host: ownHost() };
}

/** True when the process still runs, false when it is gone, null when it belongs to another host and nobody here can tell. */
export function isRunning(identity: ProcessIdentity): boolean | null {
  if (identity.host !== ownHost()) return null;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const startedAt = startOf(identity.pid);
  return startedAt === null || identity.startedAt === null || startedAt === identity.startedAt;
}

/**
 * True when only the pid namespace is another: as a rule this very container before its restart. Containers that share the host's
 * network share its name as well, so that the process may live all the same.
 */
export function isOfThisMachine(identity: ProcessIdentity): boolean {
  const machine = (host: string): string => host.slice(0, host.lastIndexOf(' '));
  return machine(identity.host) === machine(ownHost());
}

/**
 * True when the name of the machine is ours and the boot is another: as a rule this very machine before it was restarted. Machines
 * that share a file system may share a name as well, so that the process may live all the same.
 */
export function isOfEarlierBoot(identity: ProcessIdentity): boolean {
  const [name, boot] = identity.host.split(' ');
  const [ownName, ownBoot] = ownHost().split(' ');
  return name === ownName && boot !== ownBoot;
}

function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // Field 22 of stat; the command in field 2 may hold spaces and brackets, so count from behind it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

let host: string | undefined;
function ownHost(): string {
  return (host ??= [hostname(), ...linuxNamespace()].join(' '));
}

function linuxNamespace(): string[] {
  try {
    return [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')];
  } catch {
    return [];
  }
}
