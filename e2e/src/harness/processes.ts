import { readdir, readFile } from 'node:fs/promises';

/** The mediasoup workers that a product started: its children by that name, from /proc. */
export async function mediaWorkersOf(productPid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      return parent === productPid && /^Name:\s+mediasoup-worke?/m.test(status) ? [pid] : [];
    }),
  );
  return found.flat();
}
