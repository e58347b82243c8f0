import { readFile } from 'node:fs/promises';
import { processTree, type ProcessUse } from '@lectern/testbed';
import { metricValue } from './exposition.ts';

/** One look at the server's side, as scenarios/rehearsal/control.ts reads it; what cannot be read is null. */
export interface ServerReading {
  readonly parts: Readonly<Record<string, { readonly cores: number; readonly bytes: number }>>;
  readonly eventLoopP99Ms: number | null;
  readonly shedding: number | null;
  readonly doorWaiting: number | null;
}

interface Look {
  readonly atMs: number;
  readonly seconds: ReadonlyMap<number, number>;
}

const SCRAPE_TIMEOUT_MS = 2_000;

/** Reads what a server takes and says: its processes where it runs here, and its /metrics where it answers them. */
export class ServerSide {
  readonly #origin: string;
  readonly #pid: () => number | null;
  readonly #headers: Readonly<Record<string, string>>;
  #before: Look | null = null;

  /** `pid` gives the server's process, null while it does not run here. */
  constructor(origin: string, pid: () => number | null, metricsToken: string | undefined) {
    this.#origin = origin;
    this.#pid = pid;
    this.#headers = metricsToken === undefined ? {} : { authorization: `Bearer ${metricsToken}` };
  }

  async read(): Promise<ServerReading> {
    const [parts, metrics] = await Promise.all([this.#parts(), this.metrics()]);
    const eventLoopP99S = metricValue(metrics, 'lectern_event_loop_delay_p99_seconds');
    return {
      parts,
      eventLoopP99Ms: eventLoopP99S === null ? null : eventLoopP99S * 1000,
      shedding: metricValue(metrics, 'lectern_classes_shedding'),
      doorWaiting: metricValue(metrics, 'lectern_door_waiting'),
    };
  }

  /** What /metrics answers; empty where it does not. */
  async metrics(): Promise<string> {
    try {
      const signal = AbortSignal.timeout(SCRAPE_TIMEOUT_MS);
      const answer = await fetch(`${this.#origin}/metrics`, { headers: this.#headers, signal });
      return answer.ok ? await answer.text() : '';
    } catch {
      return '';
    }
  }

  async #parts(): Promise<ServerReading['parts']> {
    const pid = this.#pid();
    if (pid === null) return {};
    const [uses, atMs] = [await processTree(pid), performance.now()];
    const before = this.#before;
    this.#before = { atMs, seconds: new Map(uses.map((use) => [use.pid, use.cpuSeconds])) };
    const parts: Record<string, { cores: number; bytes: number }> = {};
    for (const use of uses) {
      const sum = (parts[use.part] ??= { cores: 0, bytes: 0 });
      sum.cores += before === null ? 0 : coresSince(before, use, atMs);
      sum.bytes += await residentBytes(use.pid);
    }
    return before === null ? {} : parts;
  }
}

/** One that began meanwhile has used what it used since then. */
function coresSince(before: Look, { pid, cpuSeconds }: ProcessUse, atMs: number): number {
  return (cpuSeconds - (before.seconds.get(pid) ?? 0)) / ((atMs - before.atMs) / 1000);
}

/** Without the pages of files, which it shares with others. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
