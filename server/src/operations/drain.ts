import { LecternError } from '@lectern/contracts';
import type { Logger } from 'pino';

/** Whether the server is being prepared for an update: no class begins any more, and those that run are left in peace. A restart ends it. */
export class Drain {
  readonly #now: () => Date;
  readonly #logger: Logger;
  #since: Date | null = null;

  constructor(now: () => Date, logger: Logger) {
    this.#now = now;
    this.#logger = logger;
  }

  /** When it began; null while classes can be started. */
  get since(): Date | null {
    return this.#since;
  }

  /** Begins or takes it back; what is so already stays. */
  set(drain: boolean): void {
    if (drain === (this.#since !== null)) return;
    this.#since = drain ? this.#now() : null;
    this.#logger.info(
      drain ? 'prepared for an update: no class can be started' : 'classes can be started again: no update is prepared',
    );
  }

  /** Throws `draining` while no class may begin. */
  requireStarts(): void {
    if (this.#since !== null) throw new LecternError('draining');
  }
}
