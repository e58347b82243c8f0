import type { Logger } from 'pino';
import type { HeldLimit } from './address-limits.ts';
import { LogPause } from './log-pause.ts';

const LARGER_CAMPUS = 'a campus that is larger needs a higher limit';

/** By limit, the key that sets it and what to say of whoever it holds. */
const HELD: Readonly<Record<HeldLimit, { readonly key: string; readonly text: string }>> = {
  sockets: {
    key: 'LECTERN_SOCKETS_PER_ADDRESS',
    text: `a connection was closed, since one address has as many as it may have; ${LARGER_CAMPUS}`,
  },
  connections: {
    key: 'LECTERN_CONNECTIONS_PER_ADDRESS',
    text: `a page could not connect to its class, since one address has as many connections of classes as it may have; ${LARGER_CAMPUS}`,
  },
  requests: {
    key: 'LECTERN_REQUESTS_PER_ADDRESS',
    text:
      'a request or a new connection was refused, since one address made as many within a minute as it may; ' +
      `${LARGER_CAMPUS}, and where there is none a program does it, which the network in front can stop`,
  },
  seats: {
    key: 'LECTERN_SEATS_PER_ADDRESS',
    text: `a new guest was refused, since one address took as many seats of a class within an hour as it may; ${LARGER_CAMPUS}`,
  },
  seatsOfClass: {
    key: 'LECTERN_MAX_PEOPLE_PER_CLASS',
    text:
      'a new guest was refused, since ten times as many seats as a class has places were taken within an hour, ' +
      'and those of this address lie unused: a program takes them',
  },
  wrongHandshakes: {
    key: 'LECTERN_WRONG_HANDSHAKES_PER_ADDRESS',
    text:
      'connections with a wrong seat are told to wait, since one address made as many within a quarter of an hour as it may: ' +
      'pages know their seat, so somebody guesses at seats; whoever knows theirs still comes in',
  },
};

/** Says in the log which limit by address holds somebody, and what to make of it. Names no address. */
export class HeldAddressLog {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #nowMs: () => number;
  readonly #pauses = new Map<HeldLimit, LogPause>();

  constructor(logger: Pick<Logger, 'warn'>, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  note(limit: HeldLimit): void {
    const pause = this.#pauses.get(limit) ?? new LogPause();
    this.#pauses.set(limit, pause);
    const moreBefore = pause.next(this.#nowMs());
    if (moreBefore !== null) this.#logger.warn({ limit: HELD[limit].key, moreBefore }, HELD[limit].text);
  }
}
