import { readFileSync } from 'node:fs';
import type { PlatformFigures } from './platform-figures.ts';

/** What one process took since its start, and holds now. */
export interface ProcessTotals {
  /** `server`, `analytics`, `worker-0` and so on. */
  readonly process: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Resident memory of its own: no pages of files, which it shares with others. */
  readonly anonymousBytes: number;
}

/** Linux counts a process's time in these, whatever its kernel's own clock. */
const TICK_S = 0.01;
/** Places in /proc/PID/stat behind the name: the state is the first. */
const [USER_TICKS, SYSTEM_TICKS] = [11, 12];

/** Reads each process of the platform that runs on this machine, by /proc; those that do not, or have just ended, are left out. */
export function processTotals({ server, analytics, workers }: PlatformFigures): readonly ProcessTotals[] {
  return [
    { process: 'server', pid: server.pid },
    { process: 'analytics', pid: analytics.pid },
    ...workers.map(({ index, pid }) => ({ process: `worker-${index}`, pid })),
  ].flatMap(({ process, pid }) => {
    const totals = pid === null ? null : totalsOf(pid);
    return totals === null ? [] : [{ process, ...totals }];
  });
}

function totalsOf(pid: number): Omit<ProcessTotals, 'process'> | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      cpuSeconds: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_S,
      residentBytes: kilobytes(status, 'VmRSS') * 1_024,
      anonymousBytes: kilobytes(status, 'RssAnon') * 1_024,
    };
  } catch {
    return null;
  }
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
}
