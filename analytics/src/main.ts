import { pino } from 'pino';
import { buildApp } from './app.ts';
import { ClassSignals } from './class-signals.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { storeHealth } from './health.ts';
import { secureUniform } from './noise.ts';
import { startSweeping } from './retention.ts';
import { StartError } from './store/engine.ts';
import { openStore } from './store/open-store.ts';

/** A call of the store that never comes back keeps nobody waiting; what was acknowledged is on disk. */
const END_WITHIN_MS = 5_000;

async function start(config: Config): Promise<void> {
  // Standard output carries one line, the address, for whoever started the process; the log goes to standard error.
  const logger = pino({ name: 'analytics', level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  // What a terminal sends reaches the whole group; the server that started this process still has rows to hand over and ends it then.
  // SIGUSR2 prepares the server for an update.
  if (config.endsWithParent) {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => undefined);
  }
  const engine = await openStore(config.store);
  const signals = new ClassSignals({ engine, now: Date.now, uniform: secureUniform });
  const app = buildApp({ token: config.token, signals, health: storeHealth({ engine, signals, logger }), logger });
  const sweeping = startSweeping(engine, logger);

  let ending: Promise<void> | undefined;
  const end = (reason: string): void => {
    ending ??= (async () => {
      logger.info({ reason }, 'ending');
      setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
      await app.close();
      await sweeping.stop();
      await signals.idle();
      await engine.close();
      process.exit(0);
    })();
  };
  process.on('SIGTERM', () => {
    end('asked to');
  });
  if (config.endsWithParent) {
    process.stdin.resume().on('close', () => {
      end('the server that started it is gone');
    });
  } else {
    process.on('SIGINT', () => {
      end('asked to');
    });
  }
  const url = await app.listen({ host: config.host, port: config.port });
  logger.info({ store: engine.kind }, 'ready');
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
}

try {
  await start(readConfig());
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
}
