import { pino } from 'pino';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import packageJson from '../package.json' with { type: 'json' };
import { startServer } from './server.ts';
import type { RunningServer } from './server.ts';
import { StartError } from './store/store.ts';

/** Everything ends within five seconds of a Ctrl-C; what has not by then is left to the system. */
const CLOSE_WITHIN_MS = 4_500;

/** What browsers make of a certificate that nobody has signed, and the way past it. */
const CERTIFICATE_WARNING =
  'Browsers warn once that they do not know the certificate, since Lectern made it itself: choose "Advanced", then ' +
  '"Proceed" or "Accept the risk"; in Safari "Show Details", then "visit this website".';

function refuse(error: unknown): never {
  const reason = error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`Lectern could not start. ${reason ?? ''}\n`);
  process.exit(1);
}

/** Gives what ends the process, with the code given when everything closed well. */
function ending(server: Promise<RunningServer>): (code: number) => void {
  let ends = false;
  return (code) => {
    // A terminal and the start script both pass on a Ctrl-C: the second one must not cut the first short.
    if (ends) return;
    ends = true;
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
    server
      .then((running) => running.close())
      .then(
        () => process.exit(code),
        () => process.exit(1),
      );
  };
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.argv.slice(2), process.cwd());
  } catch (error) {
    refuse(error);
  }
  const logger = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  const starting = startServer(config, packageJson.version, logger);
  const end = ending(starting);
  // SIGHUP: the terminal that it was started from is closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      end(0);
    });
  }
  process.on('SIGUSR2', () => {
    starting.then(
      (running) => {
        running.prepareForUpdate();
      },
      () => undefined,
    );
  });
  const server = await starting.catch(refuse);
  void server.failed.then((reason) => {
    logger.fatal({ err: reason.cause }, reason.message);
    end(1);
  });
  const lines = [`Lectern is ready at ${server.url}`, ...server.alsoAt.map((url) => `            also at ${url}`)];
  if (server.selfSigned) lines.push(CERTIFICATE_WARNING);
  if (server.setUpUrl !== null) lines.push(`Create the first account: ${server.setUpUrl}`);
  for (const { email, url } of server.operatorResets) {
    lines.push(`Choose a new password for ${email}, once, within a day: ${url}`);
  }
  // npm passes SIGTERM on, and dies of SIGUSR2 itself: a script needs the pid that means the server.
  lines.push(`To prepare for an update: kill -USR2 ${process.pid} · to end it: kill ${process.pid}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
