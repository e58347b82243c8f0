import { homedir } from 'node:os';
import { join } from 'node:path';

/** What training takes from the environment. */
export const environment = {
  /** The user's cache folder. */
  cache: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  /** Handed on to the programs that are started. */
  inherited: process.env,
} as const;
