import type { Logger } from 'pino';

/** The order in which parts close, as docs/architecture.md has it: nothing ends while something that needs it still runs. */
const CLOSING_ORDER = [
  'wide door',
  'web server',
  'load tests',
  'live classes',
  'media',
  'signal relay',
  'erasures',
  'analytics',
  'operations',
  'retention',
  'store',
  'data directory',
] as const;
export type PartName = (typeof CLOSING_ORDER)[number];

interface Part {
  /** Everything ends now: what ends by itself in the meantime is not to be started again. */
  stopReplacing?(): void;
  close(): unknown;
}

/** What has been started and must end again. */
export class OpenParts {
  readonly #parts = new Map<PartName, Part>();
  readonly #logger: Logger;
  #closing: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Takes charge of a part and hands it back. */
  add<P extends Part>(name: PartName, part: P): P {
    this.#parts.set(name, part);
    return part;
  }

  /** Ends everything in order; a part that fails to end holds up no other. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#closeAll());
  }

  async #closeAll(): Promise<void> {
    for (const part of this.#parts.values()) part.stopReplacing?.();
    for (const name of CLOSING_ORDER) {
      try {
        await this.#parts.get(name)?.close();
      } catch (error) {
        this.#logger.error({ err: error, part: name }, 'a part did not close');
      }
    }
  }
}
