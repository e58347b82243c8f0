import { LecternError } from '@lectern/contracts';
import { EngineAborted } from './engine-abort.ts';

const DISK_FULL = '53100';
/** PostgreSQL's log grows in files of this size: with less it gives up, in words that PGlite does not always hand on. */
const LOG_FILE_BYTES = 16 * 1024 * 1024;

/** A PostgreSQL that gave itself up. The process around it does not end with it. */
export class StorePanic {
  readonly #freeBytes: () => number;
  readonly #onPanic: (reason: Error) => void;
  #cause: Error | null = null;

  constructor(freeBytes: () => number, onPanic: (reason: Error) => void = () => undefined) {
    this.#freeBytes = freeBytes;
    this.#onPanic = onPanic;
  }

  get happened(): boolean {
    return this.#cause !== null;
  }

  /** What whoever asks is answered from then on. */
  refusal(): LecternError {
    return new LecternError('unavailable', { cause: this.#cause });
  }

  /** Does the work, and knows a panic by what it rejects with. After one nothing is done any more. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    if (this.happened) throw this.refusal();
    try {
      return await work();
    } catch (error) {
      if (!isPanic(error)) throw error;
      this.#cause = error;
      this.#onPanic(new Error(this.#whatToDo(error), { cause: error }));
      throw this.refusal();
    }
  }

  #whatToDo({ code, message }: DatabaseError): string {
    return code === DISK_FULL || this.#freeBytes() < LOG_FILE_BYTES
      ? `The disk is full: free space and start again. (${message})`
      : `The embedded store gave up (${message}). See that its disk is well, and start again.`;
  }
}

type DatabaseError = Error & { readonly severity?: unknown; readonly code?: unknown };

function isPanic(error: unknown): error is DatabaseError {
  if (error instanceof EngineAborted) return true;
  return error instanceof Error && (error as DatabaseError).severity === 'PANIC';
}
