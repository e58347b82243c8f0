import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '@lectern/testbed';
import { labelOf } from './exposition.ts';

/** What ran: without it no figure means anything. `lectern`, `node` and `mediasoup` are the server's. */
export interface Versions {
  readonly lectern: string;
  readonly node: string;
  readonly mediasoup: string;
  readonly k6: string;
  readonly go: string;
}

const UNKNOWN = 'unknown';
const ROOT = join(import.meta.dirname, '../..');

/** `k6` is what `k6 version` printed, `metrics` what the server answers; one of our own is of this checkout. */
export async function versionsOf(k6: string, metrics: string, isOwn: boolean): Promise<Versions> {
  const [, k6Version = UNKNOWN, goVersion = UNKNOWN] = /k6 v(\S+) \(go([^\s,]+)/.exec(k6) ?? [];
  const server = (label: string): string => labelOf(metrics, 'lectern_info', label)?.replace(/^v/, '') ?? UNKNOWN;
  return {
    lectern: isOwn ? await packageVersion('package.json') : server('version'),
    node: isOwn ? process.version.slice(1) : server('node'),
    mediasoup: isOwn ? await packageVersion('node_modules/mediasoup/package.json') : server('mediasoup'),
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
