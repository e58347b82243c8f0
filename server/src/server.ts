import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { PAGES } from '@lectern/contracts';
import type { Health } from '@lectern/contracts';
import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { visionHealth } from './http/vision-health.ts';
import { mediaAddress, mediaAddressWarning, reachableHost } from './http/network-address.ts';
import { createParts } from './http/parts.ts';
import { readTlsMaterial } from './http/tls-material.ts';
import { startMedia } from './media/start-media.ts';
import type { Media } from './media/start-media.ts';
import { openDataDirectory } from './store/data-directory.ts';
import type { Database } from './store/database.ts';
import { openStore } from './store/open-store.ts';
import { startRetention } from './store/retention.ts';
import { StartError } from './store/store.ts';

/** A running Lectern. `close()` is idempotent. */
export interface RunningServer {
  readonly url: string;
  /** The link that creates the first account; null once somebody runs the platform. */
  readonly setUpUrl: string | null;
  close(): Promise<void>;
}

interface Closable {
  readonly name: string;
  readonly close: () => unknown;
}

/** Starts everything, in order; when a step fails, what was started is closed again and the error passed on. */
export async function startServer(config: Config, version: string, logger: Logger): Promise<RunningServer> {
  const opened: Closable[] = [];
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll(opened, logger));
  try {
    return { ...(await start(config, version, logger, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  config: Config,
  version: string,
  logger: Logger,
  opened: Closable[],
): Promise<Omit<RunningServer, 'close'>> {
  const now = () => new Date();
  const lock = openDataDirectory(config.dataDir);
  opened.push({
    name: 'data directory',
    close: () => {
      lock.release();
    },
  });
  await requireFreePort(config.http.host, config.http.port);
  const tls = await readTlsMaterial(config);
  const address = mediaAddress(config.media);
  const mediaConfig = { ...config.media, announcedAddress: address, turn: config.turn };
  const [database, media] = await Promise.all(
    bothSettled(
      openStore(config, logger).then((store) => opens(opened, 'store', store)),
      startMedia(mediaConfig, logger).then((started) => opens(opened, 'media', started)),
    ),
  );
  opens(opened, 'retention', startRetention(database, now, logger));

  let publicUrl = config.http.publicUrl ?? '';
  const warnings = [...media.warnings];
  const parts = await createParts(
    { database, now, logger, signalMode: config.signalMode },
    {
      publicUrl: () => publicUrl,
      warnings: () => warnings,
      health: () => health(database, media, config, version),
    },
  );
  const app = await buildApp(config, tls, parts);
  opens(opened, 'web server', app);
  await app.listen({ host: config.http.host, port: config.http.port }).catch((error: unknown) => {
    throw explainListenError(error as NodeJS.ErrnoException, config.http);
  });
  const { port } = app.server.address() as AddressInfo;
  const url = `${tls ? 'https' : 'http'}://${hostInUrl(reachableHost(config.http.host))}:${port}`;
  publicUrl = config.http.publicUrl ?? url;
  const warning = mediaAddressWarning(address, publicUrl);
  if (warning !== null) {
    warnings.push(warning);
    logger.warn(warning);
  }
  const setUpUrl = (await parts.accounts.operatorExists())
    ? null
    : publicUrl + PAGES.setUp.replace(':token', parts.setUpLink.token);
  return { url: publicUrl, setUpUrl };
}

async function health(database: Database, media: Media, config: Config, version: string): Promise<Health> {
  const databasePart = await database.query('select 1').then(
    () => ({ status: 'ok' as const }),
    () => ({ status: 'failing' as const, detail: 'The database does not answer.' }),
  );
  const mediaPart = media.health();
  return {
    status: databasePart.status === 'ok' && mediaPart.status === 'ok' ? 'ok' : 'failing',
    version,
    parts: {
      database: databasePart,
      media: mediaPart,
      analytics: { status: 'starting' },
      vision: await visionHealth(config.attentionDir),
    },
  };
}

function opens<Part extends { close(): unknown }>(opened: Closable[], name: string, part: Part): Part {
  opened.push({ name, close: () => part.close() });
  return part;
}

/** Waits for both even when one fails: what did start is then known, and closed. */
function bothSettled<A, B>(a: Promise<A>, b: Promise<B>): [Promise<A>, Promise<B>] {
  const settled = Promise.allSettled([a, b]);
  return [settled.then(() => a), settled.then(() => b)];
}

/** Tried before anything slow is started, so that a taken port is told at once. */
function requireFreePort(host: string, port: number): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      reject(explainListenError(error, { host, port }));
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve();
      });
    });
  });
}

function explainListenError(
  error: NodeJS.ErrnoException,
  { host, port }: Pick<Config['http'], 'host' | 'port'>,
): Error {
  const { code } = error;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop that one, or set LECTERN_HTTP_PORT to a free port.`,
    EACCES: `Port ${port} may not be opened by this user. Set LECTERN_HTTP_PORT to one from 1024 on.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Correct LECTERN_HTTP_HOST.`,
    ENOTFOUND: `This machine does not know the name ${host}. Correct LECTERN_HTTP_HOST.`,
  };
  const reason = code === undefined ? undefined : reasons[code];
  return reason === undefined ? error : new StartError(reason, { cause: error });
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Newest first: nothing is closed while something that needs it is open. */
async function closeAll(opened: readonly Closable[], logger: Logger): Promise<void> {
  for (const { name, close } of opened.toReversed()) {
    try {
      await close();
    } catch (error) {
      logger.error({ err: error, part: name }, 'a part did not close');
    }
  }
}
