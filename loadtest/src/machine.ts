import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '@lectern/testbed';

/** What ran: without it no figure means anything. */
export interface Versions {
  readonly lectern: string;
  readonly node: string;
  readonly mediasoup: string;
  readonly k6: string;
  readonly go: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** The versions of this checkout; `k6` is what `k6 version` printed. */
export async function versionsOf(k6: string): Promise<Versions> {
  const [, k6Version = 'unknown', goVersion = 'unknown'] = /k6 v(\S+) \(go([^\s,]+)/.exec(k6) ?? [];
  return {
    lectern: await packageVersion('package.json'),
    node: process.version.slice(1),
    mediasoup: await packageVersion('node_modules/mediasoup/package.json'),
    k6: k6Version,
    go: goVersion,
  };
}

async function packageVersion(path: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(ROOT, path), 'utf8')) as { version: string };
  return manifest.version;
}

/** The machine and the versions in one line. */
export function inOneLine(machine: Machine, { lectern, node, mediasoup, k6, go }: Versions): string {
  const { cpu, cores, memoryGb, os } = machine;
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}; Lectern ${lectern}, Node ${node}, mediasoup ${mediasoup}, k6 ${k6}, Go ${go}`;
}
