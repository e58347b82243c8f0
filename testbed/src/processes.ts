import { readdir, readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** One running process, as Linux shows it under /proc. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Program and arguments, with spaces between. */
  readonly command: string;
  /** User and system time since its start, in seconds. */
  readonly cpuSeconds: number;
}

/** All processes that run now. Linux only: rejects elsewhere. */
export async function runningProcesses(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all([
        read(`/proc/${String(pid)}/stat`),
        read(`/proc/${String(pid)}/cmdline`),
      ]);
      if (stat === null || command === null) return [];
      // The fields from the state on; the name before them may hold anything, brackets included.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      return [{ pid, parent: Number(fields[1]), command: command.replaceAll('\0', ' ').trim(), cpuSeconds }];
    }),
  );
  return found.flat();
}

/** `processes` whose line of parents leads to one of `roots`, the roots themselves included. */
export function below(roots: readonly number[], processes: readonly RunningProcess[]): readonly RunningProcess[] {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const leads = (pid: number): boolean => {
    if (roots.includes(pid)) return true;
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && leads(parent);
  };
  return processes.filter(({ pid }) => leads(pid));
}

/** Null when it has ended meanwhile. */
async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
