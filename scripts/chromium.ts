import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SetUpError } from './bootstrap/step.mjs';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
const ON_MACOS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The Chromium that tests, figures and pictures use: the one that CHROME_BIN names, else the first of the usual names on the path;
 * null when there is none. Rejects with a SetUpError when CHROME_BIN names what cannot be run.
 */
export async function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  const given = environment['CHROME_BIN'];
  if (given !== undefined && given !== '') {
    if (await canBeRun(given)) return given;
    throw new SetUpError(`CHROME_BIN=${given} cannot be run: correct the path, or unset it.`);
  }
  const directories = (environment['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => directories.map((directory) => join(directory, name)));
  for (const candidate of [...candidates, ...ON_MACOS]) if (await canBeRun(candidate)) return candidate;
  return null;
}

/** The same, where nothing can be done without: rejects with the remedy when there is none. */
export async function requireChromium(): Promise<string> {
  const found = await findChromium();
  if (found !== null) return found;
  throw new SetUpError(
    'No Chromium was found: install it (on Debian: apt-get install chromium), or name one with CHROME_BIN=/path/to/chromium.',
  );
}

function canBeRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
