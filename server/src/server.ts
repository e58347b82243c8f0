import { PAGES } from '@lectern/contracts';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import { systemClock } from './classroom/clock.ts';
import type { Config } from './config.ts';
import { AddressLimits } from './http/address-limits.ts';
import { clientBuild } from './http/client-build.ts';
import { BACKLOG, listen, requireFreePort } from './http/listen.ts';
import {
  mediaAddress,
  mayBeProxied,
  mediaAddressWarning,
  networkOf,
  plainHttpWarning,
  reachableNames,
  untrustedProxyWarning,
} from './http/network-address.ts';
import { makeOperatorResets } from './http/operator-resets.ts';
import type { OperatorReset } from './http/operator-resets.ts';
import { createParts } from './http/parts.ts';
import { certifiedUrls, readTlsMaterial } from './http/tls-material.ts';
import { HeldAddressLog } from './http/held-addresses.ts';
import { visionHealth } from './http/vision-health.ts';
import { WideDoor } from './http/wide-door.ts';
import { LoadToken } from './identity/load-token.ts';
import { startMedia } from './media/start-media.ts';
import { OpenParts } from './open-parts.ts';
import { Operations } from './operations/operations.ts';
import { createLiveClasses } from './signalling/live-classes.ts';
import type { ClassSummary, LiveClasses } from './signalling/live-classes.ts';
import { startAnalytics } from './signals/analytics-process.ts';
import { startSignalErasures } from './signals/signal-erasures.ts';
import { createSignalRelay } from './signals/signal-relay.ts';
import { openDataDirectory } from './store/data-directory.ts';
import { databaseHealth, databaseVersion } from './store/database-health.ts';
import { openStore } from './store/open-store.ts';
import { startRetention } from './store/retention.ts';

/** A running Lectern. `close()` is idempotent. */
export interface RunningServer {
  readonly url: string;
  /** The other addresses that a certificate of our own making holds, first what the LAN most likely reaches. */
  readonly alsoAt: readonly string[];
  /** The certificate is of our own making: browsers warn of it. */
  readonly selfSigned: boolean;
  /** The link that creates the first account; null once somebody runs the platform. */
  readonly setUpUrl: string | null;
  /** Links for new passwords, where the start was asked for them. */
  readonly operatorResets: readonly OperatorReset[];
  /** Resolves, with what to do, when the server cannot go on. It is to be closed then. */
  readonly failed: Promise<Error>;
  /** From now on no class can be started, until the next start or an operator takes it back. */
  prepareForUpdate(): void;
  close(): Promise<void>;
}

/** Starts everything, in order; when a step fails, what was started is closed again and the error passed on. */
export async function startServer(config: Config, version: string, logger: Logger): Promise<RunningServer> {
  const open = new OpenParts(logger);
  try {
    return { ...(await start(config, version, logger, open)), close: () => open.close() };
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function start(
  config: Config,
  version: string,
  logger: Logger,
  open: OpenParts,
): Promise<Omit<RunningServer, 'close'>> {
  const now = () => new Date();
  const onWait = (line: string) => {
    logger.warn(line);
  };
  open.add('data directory', await openDataDirectory(config.dataDir, { onWait }));
  await requireFreePort(config.http);
  const tls = await readTlsMaterial(config);
  const address = mediaAddress(config.media);
  const failed = Promise.withResolvers<Error>();
  const [database, media] = await bothOrNone(
    openStore(config, logger, failed.resolve).then((store) => open.add('store', store)),
    startMedia(
      { ...config.media, floodLimits: config.floodLimits, announcedAddress: address, turn: config.turn },
      logger,
    ).then((started) => open.add('media', started)),
  );
  open.add('retention', startRetention(database, now, logger));
  const analytics = open.add('analytics', startAnalytics(config, logger));
  const erasures = open.add('erasures', startSignalErasures(database, analytics.client, logger));
  const signals = open.add(
    'signal relay',
    createSignalRelay({ analytics: analytics.client, logger, now: () => performance.now() }),
  );

  const askDatabase = databaseHealth(database, logger);
  const askVision = visionHealth(config.attentionDir, logger);
  const { trustedProxies } = config.http;
  const loadToken = new LoadToken(config.loadToken, config.wrongTokensOfAddress, () => performance.now());
  const heldAddresses = new HeldAddressLog(logger, () => performance.now());
  const addressLimits = new AddressLimits({
    ...{ ...config.perAddress, trustedProxies },
    onHeld: (limit) => {
      heldAddresses.note(limit);
    },
    isLifted: ({ address, headers }) => loadToken.carriedBy(headers, networkOf(address)),
  });
  let publicUrl = config.http.publicUrl ?? '';
  const warnings = [...media.warnings];
  const databaseName = await databaseVersion(database, config.postgresUrl === null);
  const operations = open.add(
    'operations',
    new Operations({
      now,
      logger,
      summary: () => liveClasses.summary(),
      traffic: () => liveClasses.traffic(),
      workers: () => media.workers(),
      door: () => liveClasses.door(),
      signals: () => signals.figures(),
      analytics: () => ({ pid: analytics.pid, status: analytics.health().status }),
      analyticsHealth: () => analytics.health(),
      database: askDatabase,
      vision: askVision,
      media: () => media.health(),
      versions: () => ({
        lectern: version,
        node: process.version,
        mediasoup: media.version,
        database: databaseName,
        analyticsStore: analytics.storeVersion,
      }),
      loadTests: () => parts.loadTests,
      loadTestsAllowed: loadToken.allowsLoadTests,
      settings: {
        audioPtimeMs: config.audioPtimeMs,
        packetBudget: config.media.packetBudget,
        studentsPerClass: config.door.studentsPerClass,
      },
      metricsToken: config.metricsToken,
      wrongTokensOfAddress: config.wrongTokensOfAddress,
      isProxied: mayBeProxied(config.http),
    }),
  );
  const parts = await createParts(
    {
      ...{ database, now, logger, signalMode: config.signalMode, loadToken },
      studentsPerClass: config.door.studentsPerClass,
    },
    {
      publicUrl: () => publicUrl,
      addressLimits,
      accountLimits: config.accountLimits,
      warnings: () => warnings,
      operations,
      isConnected: (classId, seatId) => liveClasses.isConnected(classId, seatId),
      news: {
        classChanged: (classId) => liveClasses.refresh(classId),
        classCancelled: (classId) => liveClasses.cancel(classId),
        accountErased: async (seats) => {
          void erasures.run();
          await liveClasses.accountErased(seats);
        },
        seatsShut: (seats) => liveClasses.seatsShut(seats),
        loadTestEnds: async (classId) => {
          await liveClasses.end(classId);
          signals.abandon(classId);
        },
        figuresToErase: () => erasures.run(),
        institutionChanged: () => refreshAll(liveClasses, logger),
      },
    },
  );
  const liveClasses: LiveClasses = open.add(
    'live classes',
    await createLiveClasses({
      database,
      classes: parts.classes,
      seats: parts.seats,
      institution: parts.institution,
      media,
      signals,
      requireStarts: () => operations.drain.requireStarts(),
      logger,
      clock: systemClock,
      build: await clientBuild(config.clientDir, version),
      limits: {
        stage: config.stage,
        minimumCohort: config.minimumCohort,
        audioPtimeMs: config.audioPtimeMs,
        ...config.door,
        signalling: config.signallingLimits,
      },
    }),
  );
  open.add('load tests', parts.loadTests.keepTime());
  const app = await buildApp(config, tls, parts);
  open.add('web server', { close: () => closeTogether(app, liveClasses) });
  addressLimits.holdSockets(app.server);
  liveClasses.attach(app.server, addressLimits);
  const url = await listen(app, config.http, tls !== null);
  open.add('wide door', await WideDoor.open(app.server, config.http.host, BACKLOG));
  publicUrl = config.http.publicUrl ?? url;
  void media.testPacketCost();
  const ofAddresses = [
    plainHttpWarning(publicUrl),
    untrustedProxyWarning(config.http),
    mediaAddressWarning({ host: config.media.host, address }, publicUrl),
  ].filter((warning) => warning !== null);
  for (const warning of ofAddresses) logger.warn(warning);
  const { detail: visionMissing } = await askVision();
  warnings.push(...ofAddresses, ...(visionMissing === undefined ? [] : [visionMissing]));
  const setUpUrl = (await parts.accounts.operatorExists())
    ? null
    : publicUrl + PAGES.setUp.replace(':token', parts.setUpLink.token);
  const operatorResets = config.resetOperator ? await makeOperatorResets(parts) : [];
  const certified = config.http.selfSigned && tls ? certifiedUrls(url, tls.cert, reachableNames(config.http.host)) : [];
  const alsoAt = certified.filter((other) => other !== publicUrl);
  return {
    url: publicUrl,
    alsoAt,
    selfSigned: config.http.selfSigned && tls !== null,
    setUpUrl,
    operatorResets,
    failed: failed.promise,
    prepareForUpdate: () => {
      operations.drain.set(true);
    },
  };
}

/** One class that cannot be refreshed, being erased at this moment say, keeps the change from no other. */
async function refreshAll(liveClasses: LiveClasses, logger: Logger): Promise<void> {
  const refresh = async ({ classId }: ClassSummary) => {
    try {
      await liveClasses.refresh(classId);
    } catch (error) {
      logger.error({ err: error, classId }, 'a running class could not be told of the new rules');
    }
  };
  await Promise.all(liveClasses.summary().map(refresh));
}

/** The web server stops listening first; it is closed only when the sockets that came in through it are. */
async function closeTogether(app: FastifyInstance, liveClasses: LiveClasses): Promise<void> {
  const closed = app.close();
  await liveClasses.close();
  await closed;
}

/** Waits for both even when one fails: what did start is known then, and closed. */
async function bothOrNone<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
