import type { Logger } from 'pino';
import type { HeldLimit } from './address-limits.ts';

/** One line a minute for each limit: whoever runs into one does so thousands of times. */
const LOG_PAUSE_MS = 60_000;

const KEYS: Readonly<Record<HeldLimit, string>> = {
  sockets: 'LECTERN_SOCKETS_PER_ADDRESS',
  connections: 'LECTERN_CONNECTIONS_PER_ADDRESS',
  requests: 'LECTERN_REQUESTS_PER_ADDRESS',
  seats: 'LECTERN_SEATS_PER_ADDRESS',
  seatsOfClass: 'LECTERN_MAX_PEOPLE_PER_CLASS',
  wrongHandshakes: 'LECTERN_WRONG_HANDSHAKES_PER_ADDRESS',
};

/** Says in the log which limit by address holds somebody, so that an operator knows what a campus that is larger needs. Names no address. */
export class HeldAddressLog {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #nowMs: () => number;
  readonly #quiet = new Map<HeldLimit, { readonly untilMs: number; unwritten: number }>();

  constructor(logger: Pick<Logger, 'warn'>, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  note(limit: HeldLimit): void {
    const nowMs = this.#nowMs();
    const quiet = this.#quiet.get(limit);
    if (quiet && nowMs < quiet.untilMs) {
      quiet.unwritten += 1;
      return;
    }
    this.#logger.warn(
      { limit: KEYS[limit], moreBefore: quiet?.unwritten ?? 0 },
      'somebody was refused, since all that one address, or one class, may have is taken; a campus that is larger needs a higher limit',
    );
    this.#quiet.set(limit, { untilMs: nowMs + LOG_PAUSE_MS, unwritten: 0 });
  }
}
