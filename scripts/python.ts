import { delimiter, join } from 'node:path';
import { SetUpError } from './bootstrap/step.mjs';
import { endOf } from './run-program.ts';

/** Ends well where our Python code runs that computes features and needs nothing but NumPy for it. */
const PROBE = 'import sys, numpy; sys.exit(sys.version_info < (3, 10))';

/** The first python3 on the path that is 3.10 or newer and has NumPy, whatever others stand before it; null when there is none. */
export async function findPython(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    const candidate = join(directory, 'python3');
    if (await hasNumPy(candidate)) return candidate;
  }
  return null;
}

/** The same, where nothing can be done without: rejects with the remedy when there is none. */
export async function requirePython(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const found = await findPython(environment);
  if (found !== null) return found;
  throw new SetUpError(
    'No python3 (3.10 or newer) with NumPy was found on the path: install it (on Debian: apt-get install python3-numpy).',
  );
}

function hasNumPy(python: string): Promise<boolean> {
  return endOf(python, ['-c', PROBE]).then(
    ({ code }) => code === 0,
    () => false,
  );
}
