import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the lab takes from the environment. */
export const environment = {
  /** Folder with faces and models, when they are not in `shared` beside the repository. */
  assets: process.env['LECTERN_ASSETS'],
  /** The user's cache folder. */
  cache: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
} as const;
