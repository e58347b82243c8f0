import { findChromium } from '../chromium.ts';
import { findPython } from '../python.ts';
import { isOnPath, type NeededProgram } from '../system-packages.ts';
import { postgresBinaries } from './temporary-postgres.ts';

export const CHROMIUM: NeededProgram = {
  package: 'chromium',
  isThere: async () => (await findChromium()) !== null,
  otherwise: 'Another Chromium or Chrome can be named with CHROME_BIN=/path/to/it.',
};

export const POSTGRESQL: NeededProgram = {
  package: 'postgresql',
  isThere: async () => (await postgresBinaries()) !== null,
};

export const COTURN: NeededProgram = { package: 'coturn', isThere: () => isOnPath('turnserver') };

/** Python with NumPy, whose package brings Python too. */
export const PYTHON: NeededProgram = {
  package: 'python3-numpy',
  isThere: async () => (await findPython()) !== null,
};
