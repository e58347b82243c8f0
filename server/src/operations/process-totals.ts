import { processUse } from '../process-use.ts';
import type { ProcessUse } from '../process-use.ts';
import type { PlatformFigures } from './platform-figures.ts';

/** What one process took since its start, and holds now. */
export interface ProcessTotals extends ProcessUse {
  /** `server`, `analytics`, `worker-0` and so on. */
  readonly process: string;
}

/** Reads each process of the platform that runs on this machine, by /proc; those that do not, or have just ended, are left out. */
export function processTotals({ server, analytics, workers }: PlatformFigures): readonly ProcessTotals[] {
  return [
    { process: 'server', pid: server.pid },
    { process: 'analytics', pid: analytics.pid },
    ...workers.map(({ index, pid }) => ({ process: `worker-${index}`, pid })),
  ].flatMap(({ process, pid }) => {
    const use = pid === null ? null : processUse(pid);
    return use === null ? [] : [{ process, ...use }];
  });
}
