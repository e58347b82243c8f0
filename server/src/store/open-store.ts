import { execFile } from 'node:child_process';
import type { ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { migrate, readMigrations } from './migrate.ts';
import { StartError } from './store.ts';
import type { ScriptableDatabase } from './store.ts';
import { syncPath } from './sync-path.ts';

const CREATE_PROGRAM = fileURLToPath(new URL('./create-embedded-store.ts', import.meta.url));
/** Three seconds on an idle core; a start beside a build that takes every core is given its time. */
const CREATE_WITHIN_MS = 120_000;
/** PGlite makes its files for everybody to write; the directory keeps others of this machine out, wherever it lies. */
const OWNER_ALONE = 0o700;

/**
 * Opens the classroom's database, embedded or by URL, and brings it to this release's schema. The data directory is
 * locked by the caller. Rejects with a StartError when the store cannot be opened or a newer release has written it. `onPanic` is
 * called when the embedded store gives itself up, with what to do: from then on it answers nothing.
 */
export async function openStore(
  { postgresUrl, dataDir }: Pick<Config, 'postgresUrl' | 'dataDir'>,
  logger: Logger,
  onPanic: (reason: Error) => void,
): Promise<ScriptableDatabase> {
  const database = await (postgresUrl === null
    ? openEmbedded(join(dataDir, 'postgres'), logger, onPanic)
    : openServer(postgresUrl, logger));
  try {
    const ran = await migrate(database, await readMigrations());
    if (ran.length > 0) logger.info({ migrations: ran }, 'the store was brought to this release');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

// Each driver is loaded only where its store is used.

async function openServer(url: string, logger: Logger): Promise<ScriptableDatabase> {
  const { openPostgres } = await import('./postgres-database.ts');
  return openPostgres(url, logger);
}

async function openEmbedded(
  directory: string,
  logger: Logger,
  onPanic: (reason: Error) => void,
): Promise<ScriptableDatabase> {
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await createEmbedded(directory);
    await chmod(directory, OWNER_ALONE).catch((error: unknown) => {
      logger.warn(
        { err: error },
        `the store in ${directory} may be open to others: make it this user's, with mode 700`,
      );
    });
    const { openPglite } = await import('./pglite-database.ts');
    const onUnsyncable = () => {
      logger.warn('the embedded store cannot sync its files: a power cut may take what was written last');
    };
    return await openPglite(directory, { onPanic, onUnsyncable });
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The embedded store in ${directory} cannot be opened (${reason}). ` +
        'Restore it from a backup, or move it aside to start anew.',
      { cause: error },
    );
  }
}

/** Made beside its place and moved there when it is whole: a start that is cut short leaves no half store. */
async function createEmbedded(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: OWNER_ALONE });
  try {
    await promisify(execFile)(process.execPath, [CREATE_PROGRAM, unfinished], { timeout: CREATE_WITHIN_MS, env: {} });
  } catch (error) {
    if (!isStopped(error)) throw error;
    throw new StartError(`Making the embedded store in ${directory} was interrupted. The next start makes it.`, {
      cause: error,
    });
  }
  await rename(unfinished, directory);
  syncPath(dirname(directory));
}

/** A terminal and a service manager send their signal to every process; `killed` is set when it was our own time limit. */
function isStopped(error: unknown): boolean {
  const { killed, signal } = error as ExecFileException;
  return killed !== true && (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP');
}
