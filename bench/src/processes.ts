import { readdir, readFile, readlink } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** One process of the product, as Linux accounts for it. */
export interface ProcessUse {
  readonly pid: number;
  readonly part: 'server' | 'worker' | 'analytics' | 'other';
  /** User and system time since its start, in seconds. */
  readonly cpuSeconds: number;
}

interface Found {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
}

/** The process `root`, which is the server, and all below it. Linux only: rejects elsewhere. */
export async function processTree(root: number): Promise<readonly ProcessUse[]> {
  const entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = (await Promise.all(entries.map((entry) => find(Number(entry))))).filter((process) => process !== null);
  const program = await programOf(root);
  const uses: ProcessUse[] = [];
  const visit = async ({ pid, cpuSeconds }: Found, above: ProcessUse['part'] | null): Promise<void> => {
    const part = await partOf(pid, above, program);
    uses.push({ pid, part, cpuSeconds });
    for (const child of found.filter(({ parent }) => parent === pid)) await visit(child, part);
  };
  const server = found.find(({ pid }) => pid === root);
  if (server !== undefined) await visit(server, null);
  return uses;
}

/**
 * The server starts its own program again for analytics, and one other, the media worker, whatever its file is called; what
 * a worker starts belongs to it.
 */
async function partOf(
  pid: number,
  above: ProcessUse['part'] | null,
  program: string | null,
): Promise<ProcessUse['part']> {
  if (above === null) return 'server';
  if (above === 'worker' || (await programOf(pid)) !== program) return 'worker';
  return (await read(`/proc/${String(pid)}/cmdline`))?.includes('analytics') ? 'analytics' : 'other';
}

function programOf(pid: number): Promise<string | null> {
  return readlink(`/proc/${String(pid)}/exe`).catch(() => null);
}

async function find(pid: number): Promise<Found | null> {
  const stat = await read(`/proc/${String(pid)}/stat`);
  if (stat === null) return null;
  // The fields from the state on; the name before them may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
