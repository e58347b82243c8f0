import type { Database } from './database.ts';

/** A database that can also run a script of several statements, as migrations are. */
export interface ScriptableDatabase extends Database {
  /** Runs all statements of a script without parameters. */
  script(sql: string): Promise<void>;
  transaction<T>(work: (database: ScriptableDatabase) => Promise<T>): Promise<T>;
}

/** A refusal to start that a person can act on: its message names the cause and the remedy. */
export class StartError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
  }
}
