import { readdir, readFile } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** One process of the product, as Linux accounts for it. */
export interface ProcessUse {
  readonly pid: number;
  readonly part: 'server' | 'worker' | 'analytics' | 'other';
  /** User and system time since its start, in seconds. */
  readonly cpuSeconds: number;
  /** Proportional set size: shared pages are divided among those that share them. */
  readonly pssMb: number;
}

/** The process `root` and all below it. Linux only: rejects elsewhere. */
export async function processTree(root: number): Promise<readonly ProcessUse[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = await statFields(Number(entry));
    if (fields !== null) parents.set(Number(entry), Number(fields[1]));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return pid === root || (parent !== undefined && parent > 1 && below(parent));
  };
  const uses = await Promise.all([...parents.keys()].filter(below).map((pid) => measure(pid, root)));
  return uses.filter((use) => use !== null);
}

async function measure(pid: number, root: number): Promise<ProcessUse | null> {
  const [fields, command, rollup] = await Promise.all([
    statFields(pid),
    read(`/proc/${String(pid)}/cmdline`),
    read(`/proc/${String(pid)}/smaps_rollup`),
  ]);
  if (fields === null || command === null || rollup === null) return null;
  const pssKb = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN);
  return {
    pid,
    part: pid === root ? 'server' : partOf(command),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    pssMb: pssKb / 1024,
  };
}

function partOf(command: string): ProcessUse['part'] {
  if (command.includes('mediasoup-worker')) return 'worker';
  return command.includes('analytics') ? 'analytics' : 'other';
}

/** The fields of /proc/PID/stat from the state on; the name before them may hold anything. */
async function statFields(pid: number): Promise<readonly string[] | null> {
  const stat = await read(`/proc/${String(pid)}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
