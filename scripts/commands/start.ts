import { join } from 'node:path';
import { SetUpError } from '../bootstrap/step.mjs';
import { embeddedStoreWarning } from '../embedded-store.ts';
import { environment, ROOT } from '../environment.ts';
import { setUp } from '../set-up.ts';

const HELP = `npm start                       sets up what is missing and starts the classroom
npm start -- --self-signed      the same over TLS, with a certificate of its own making, to try it on a LAN
npm start -- --reset-operator   prints a link with which an operator sets a new password

All settings are in docs/configuration.md.
`;

/**
 * Sets up, then becomes the server: the same process goes on as `server/src/main.ts`, so that signals, exit code and
 * everything that watches the process reach the server itself.
 */
export async function start(args: readonly string[]): Promise<never> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  await checkSettings(args);
  const { variables, missing } = await setUp({ retry: false });
  const noStore = embeddedStoreWarning(environment.signalsApart);
  for (const line of [...missing, ...(noStore === null ? [] : [noStore])]) process.stderr.write(`${line}\n`);
  const main = join(ROOT, 'server/src/main.ts');
  // process.execve is marked as experimental, and says so to everybody who starts a class.
  process.removeAllListeners('warning');
  return becomeNode([main, ...args], { ...process.env, ...variables });
}

/** What the server would refuse is refused before minutes of building. Rejects with a SetUpError that names key and remedy. */
async function checkSettings(args: readonly string[]): Promise<void> {
  const { readConfig } = await import('../../server/src/config.ts');
  const { StartError } = await import('../../server/src/store/store.ts');
  try {
    readConfig(args, process.cwd());
  } catch (error) {
    throw error instanceof StartError ? new SetUpError(`Lectern could not start. ${error.message}`) : error;
  }
}

/** Replaces this process, as exec(3) does. */
function becomeNode(args: readonly string[], env: NodeJS.ProcessEnv): never {
  if (process.execve === undefined) throw new Error('process.execve is missing: Lectern runs on Linux and macOS');
  return process.execve(process.execPath, [process.execPath, ...args], env);
}
