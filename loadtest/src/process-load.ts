import { readFile } from 'node:fs/promises';
import { processTree } from '@lectern/testbed';
import { samplesOf } from './exposition.ts';

/** What one process of the server took since its start, and holds. */
export interface ProcessTotal {
  /** Of this process and no other; one that began anew may have the same. */
  readonly id: string;
  readonly part: string;
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** What a part of the server took between two looks: cores, and bytes of its own at the second. */
export type PartLoads = Readonly<Record<string, { readonly cores: number; readonly bytes: number }>>;

/** The processes of a server that runs here; `root` is its first. */
export async function totalsHere(root: number): Promise<readonly ProcessTotal[]> {
  const uses = await processTree(root);
  return Promise.all(
    uses.map(async ({ pid, part, cpuSeconds }) => ({ id: String(pid), part, cpuSeconds, bytes: await ownBytes(pid) })),
  );
}

/** Those that a server tells of itself in its /metrics. */
export function totalsTold(exposition: string): readonly ProcessTotal[] {
  const bytes = new Map(
    samplesOf(exposition, 'lectern_process_anonymous_bytes').map(({ labels, value }) => [labels['process'], value]),
  );
  return samplesOf(exposition, 'lectern_process_cpu_seconds_total').map(({ labels, value }) => {
    const id = labels['process'] ?? '';
    return { id, part: id.replace(/^worker-\d+$/, 'worker'), cpuSeconds: value, bytes: bytes.get(id) ?? 0 };
  });
}

/** Turns totals into loads from look to look. */
export class PartMeter {
  #before: { readonly atMs: number; readonly seconds: ReadonlyMap<string, number> } | null = null;

  /** Empty at the first look. */
  look(totals: readonly ProcessTotal[], atMs: number): PartLoads {
    const before = this.#before;
    this.#before = { atMs, seconds: new Map(totals.map(({ id, cpuSeconds }) => [id, cpuSeconds])) };
    if (before === null) return {};
    const elapsedS = (atMs - before.atMs) / 1000;
    const parts: Record<string, { cores: number; bytes: number }> = {};
    for (const { id, part, cpuSeconds, bytes } of totals) {
      const sum = (parts[part] ??= { cores: 0, bytes: 0 });
      const used = cpuSeconds - (before.seconds.get(id) ?? 0);
      // One that began anew meanwhile has used what it used since then.
      sum.cores += (used < 0 ? cpuSeconds : used) / elapsedS;
      sum.bytes += bytes;
    }
    return parts;
  }
}

/** Without the pages of files, which it shares with others. */
async function ownBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
