import { readFile } from 'node:fs/promises';

/** Memory of a process that no other one shares, in MB of 2^20 bytes; 0 when it has ended. Linux only: 0 elsewhere. */
export async function privateMemoryMb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].map(([, kb]) => Number(kb));
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}
