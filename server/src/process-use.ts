import { readFileSync } from 'node:fs';

/** What one process of this machine used since its start, and holds now. */
export interface ProcessUse {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Resident memory of its own: no pages of files, which it shares with others. */
  readonly anonymousBytes: number;
}

/** Linux counts a process's time in these, whatever its kernel's own clock. */
const TICK_MS = 10;
/** Places in /proc/PID/stat behind the name, which may hold spaces and brackets: the state is the first. */
const [USER_TICKS, SYSTEM_TICKS] = [11, 12];

/** By /proc; null where there is none (not Linux), or the process has ended. */
export function processUse(pid: number): ProcessUse | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      cpuMs: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS,
      residentBytes: bytesOf(status, 'VmRSS'),
      anonymousBytes: bytesOf(status, 'RssAnon'),
    };
  } catch {
    return null;
  }
}

function bytesOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1_024;
}
