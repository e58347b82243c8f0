import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, ROOT } from './bootstrap/cache.mjs';

export { ROOT };

/** The cache of everything that is fetched or built. */
export const CACHE = cacheDirectory();

/** What the set-up reads from the environment; nothing else in scripts/ looks into it. */
export const environment = {
  /** A worker binary of the operator's own: taken as it is. */
  workerBinary: filled('MEDIASOUP_WORKER_BIN'),
  /** mediasoup's own variables around its prebuilt worker. */
  prebuiltBaseUrl: filled('MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'),
  skipPrebuilt: filled('MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD') !== null,
  /** A folder that holds face_landmarker.task, itself or under models/. */
  assets: filled('LECTERN_ASSETS'),
  clientDir: filled('LECTERN_CLIENT_DIR'),
  attentionDir: filled('LECTERN_ATTENTION_DIR'),
  /** Another place for the signals than the embedded store: a ClickHouse, or an analytics process of its own. */
  signalsApart: filled('LECTERN_CLICKHOUSE_URL') !== null || filled('LECTERN_ANALYTICS_URL') !== null,
  /** Node's own variable for compiled code. */
  compileCache: filled('NODE_COMPILE_CACHE'),
  ci: filled('CI') !== null,
} as const;

/** The installed version of a package, from its own package.json. */
export function packageVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest))
    throw new Error(`${name} has no version`);
  return String(manifest.version);
}

function filled(name: string): string | null {
  const value = process.env[name];
  return value === undefined || value === '' ? null : value;
}
