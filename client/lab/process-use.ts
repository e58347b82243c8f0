import { readdir, readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { privateMemoryMb } from '../../scripts/private-memory.ts';

/** What the processes of one Chromium have used so far. Linux only: elsewhere threads and memory are not to be had. */
export interface BrowserUse {
  /** Of all its processes, in seconds of one core. */
  readonly cpuSeconds: number;
  /** Of the threads that are dedicated workers. */
  readonly workerCpuSeconds: number;
  /** Memory that no other process shares, of renderers and of the process that draws. */
  readonly privateMb: number;
}

interface ProcessInfo {
  readonly id: number;
  readonly type: string;
  readonly cpuTime: number;
}

/** Reads what the browser has used until now. */
export async function browserUse(browser: Browser): Promise<BrowserUse> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as { processInfo: readonly ProcessInfo[] };
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  const drawing = processInfo.filter(({ type }) => type === 'GPU');
  return {
    cpuSeconds: sum(processInfo.map(({ cpuTime }) => cpuTime)),
    workerCpuSeconds: sum(await Promise.all(pages.map(({ id }) => workerSeconds(id)))),
    privateMb: sum(await Promise.all([...pages, ...drawing].map(({ id }) => privateMemoryMb(id)))),
  };
}

/** Ticks of the kernel's clock a second, as every Linux has them. */
const TICKS = 100;

async function workerSeconds(pid: number): Promise<number> {
  const folder = `/proc/${String(pid)}/task`;
  const threads = await Promise.all(
    (await readdir(folder)).map((thread) => readFile(`${folder}/${thread}/stat`, 'utf8').catch(() => '')),
  );
  return sum(
    threads.map((stat) => {
      const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      if (!name.startsWith('DedicatedWorker')) return 0;
      const fields = rest.split(' ');
      // utime and stime, fields 14 and 15 of the whole line.
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
