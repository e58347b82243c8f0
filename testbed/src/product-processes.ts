import { readlink } from 'node:fs/promises';
import { runningProcesses, type RunningProcess } from './processes.ts';

/** One process of the product, as Linux accounts for it. */
export interface ProcessUse {
  readonly pid: number;
  readonly part: 'server' | 'worker' | 'analytics' | 'other';
  /** User and system time since its start, in seconds. */
  readonly cpuSeconds: number;
}

/** The process `root`, which is the server, and all below it. Linux only: rejects elsewhere. */
export async function processTree(root: number): Promise<readonly ProcessUse[]> {
  const found = await runningProcesses();
  const program = await programOf(root);
  const uses: ProcessUse[] = [];
  const visit = async (process: RunningProcess, above: ProcessUse['part'] | null): Promise<void> => {
    const { pid, cpuSeconds } = process;
    const part = await partOf(process, above, program);
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
  { pid, command }: RunningProcess,
  above: ProcessUse['part'] | null,
  program: string | null,
): Promise<ProcessUse['part']> {
  if (above === null) return 'server';
  if (above === 'worker' || (await programOf(pid)) !== program) return 'worker';
  return command.includes('analytics') ? 'analytics' : 'other';
}

function programOf(pid: number): Promise<string | null> {
  return readlink(`/proc/${String(pid)}/exe`).catch(() => null);
}
