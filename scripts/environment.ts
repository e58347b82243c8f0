import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, ROOT } from './bootstrap/cache.mjs';
import { readSettingsFile } from './settings-file.ts';

export { ROOT };

/** The cache of everything that is fetched or built. */
export const CACHE = cacheDirectory();

const file = readSettingsFile(filled('LECTERN_CONFIG'), process.cwd());

/** What the set-up reads from the environment and, of Lectern's own settings, from their file; nothing else in scripts/ looks there. */
export const environment = {
  /** A worker binary of the operator's own: taken as it is. */
  workerBinary: setting('MEDIASOUP_WORKER_BIN'),
  /** mediasoup's own variables around its prebuilt worker. */
  prebuiltBaseUrl: filled('MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'),
  skipPrebuilt: filled('MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD') !== null,
  /** A folder that holds face_landmarker.task, itself or under models/. */
  assets: setting('LECTERN_ASSETS'),
  clientDir: setting('LECTERN_CLIENT_DIR'),
  attentionDir: setting('LECTERN_ATTENTION_DIR'),
  /** Another place for the signals than the embedded store: a ClickHouse, or an analytics process of its own. */
  signalsApart: setting('LECTERN_CLICKHOUSE_URL') !== null || setting('LECTERN_ANALYTICS_URL') !== null,
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

/** As the server has it: from the environment, else from the file. */
function setting(name: string): string | null {
  return filled(name) ?? file.get(name) ?? null;
}

function filled(name: string): string | null {
  const value = process.env[name];
  return value === undefined || value === '' ? null : value;
}
