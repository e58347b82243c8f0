import type { IncomingHttpHeaders } from 'node:http';
import type { Server, Socket } from 'node:net';
import { LecternError } from '@lectern/contracts';
import { AttemptLimit } from '../identity/attempt-limit.ts';
import { GuestSeats } from './guest-seats.ts';
import type { GuestSeatLimits } from './guest-seats.ts';
import { networkOf } from './network-address.ts';

/** Who asks, as far as the network tells. */
export interface Caller {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request as Node has it. */
interface Incoming {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/** What one network may do: sized for a campus, of which thousands come from behind one address. */
export interface PerAddress extends GuestSeatLimits {
  /** TCP connections at the same time, whatever for. */
  readonly sockets: number;
  /** Signalling connections at the same time. */
  readonly connections: number;
  /** Requests to the API within a minute; and, counted apart, new signalling connections. */
  readonly requests: number;
  /** Handshakes with a wrong seat within a quarter of an hour. */
  readonly wrongHandshakes: number;
}

/** A limit that holds somebody. */
export type HeldLimit = keyof PerAddress;

interface AddressLimitsOptions extends PerAddress {
  /** Entries of X-Forwarded-For that are believed. */
  readonly trustedProxies: number;
  /** True for a caller whom no limit by address holds. */
  readonly isLifted?: (caller: Caller) => boolean;
  /** Told each time that somebody is refused. */
  readonly onHeld?: (limit: HeldLimit) => void;
  readonly nowMs?: () => number;
}

const REQUESTS_FORGOTTEN_AFTER_MS = 60_000;
/** Pages know their seat. So many wrong ones, from a campus too, are guesses. */
const WRONG: readonly string[] = ['bad-request', 'seat-wrong', 'not-found'];
const WRONG_HANDSHAKES_FORGOTTEN_AFTER_MS = 15 * 60_000;

/** Every limit that goes by the address somebody comes from, in one place, and the one question whom they do not hold. */
export class AddressLimits {
  readonly guestSeats: GuestSeats;
  readonly #options: AddressLimitsOptions;
  readonly #connections = new Map<string, number>();
  readonly #sockets = new Map<string, number>();
  readonly #requests: AttemptLimit;
  readonly #newConnections: AttemptLimit;
  readonly #wrongHandshakes: AttemptLimit;

  constructor(options: AddressLimitsOptions) {
    const { seats, seatsOfClass, requests, nowMs = () => performance.now() } = options;
    this.#options = options;
    this.guestSeats = new GuestSeats({ seats, seatsOfClass }, nowMs, (limit) => {
      this.#held(limit);
    });
    const aMinute = { attempts: requests, forgottenAfterMs: REQUESTS_FORGOTTEN_AFTER_MS, nowMs };
    this.#requests = new AttemptLimit(aMinute);
    this.#newConnections = new AttemptLimit(aMinute);
    this.#wrongHandshakes = new AttemptLimit({
      attempts: options.wrongHandshakes,
      forgottenAfterMs: WRONG_HANDSHAKES_FORGOTTEN_AFTER_MS,
      nowMs,
    });
  }

  /** Closes what one address has too many of among the connections of this server. Behind a trusted proxy, whose they all are, the proxy has to. */
  holdSockets(server: Server): void {
    if (this.#options.trustedProxies > 0) return;
    server.on('connection', (socket: Socket) => {
      const network = networkOf(socket.remoteAddress ?? '');
      if ((this.#sockets.get(network) ?? 0) >= this.#options.sockets) {
        this.#held('sockets');
        socket.destroy();
        return;
      }
      socket.once('close', countIn(this.#sockets, network));
    });
  }

  /** Who sent a request that did not come through Fastify; by the same rule as there. */
  callerOf({ socket, headers }: Incoming): Caller {
    const forwarded = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .reverse();
    const chain = [socket.remoteAddress ?? '', ...forwarded];
    return { address: chain[Math.min(this.#options.trustedProxies, chain.length - 1)] ?? '', headers };
  }

  /** True for a caller whom no limit by address holds. */
  isLifted(caller: Caller): boolean {
    return this.#options.isLifted?.(caller) ?? false;
  }

  /** Counts a request; throws `too-many` with the time to wait. */
  request(caller: Caller): void {
    if (this.isLifted(caller)) return;
    const network = networkOf(caller.address);
    if (!this.#requests.allows(network)) this.#held('requests');
    this.#requests.check(network);
    this.#requests.count(network);
  }

  /**
   * Counts a new signalling connection; false where it may not be opened. Requests are counted apart: pages that load cannot shut out those
   * who come back, nor these them.
   */
  mayConnect(caller: Caller): boolean {
    if (this.isLifted(caller)) return true;
    const network = networkOf(caller.address);
    const isFull = (this.#connections.get(network) ?? 0) >= this.#options.connections;
    if (isFull || !this.#newConnections.allows(network)) {
      this.#held(isFull ? 'connections' : 'requests');
      return false;
    }
    this.#newConnections.count(network);
    return true;
  }

  /** Counts a connection until what it gives is called. */
  connected(caller: Caller): () => void {
    if (this.isLifted(caller)) return () => undefined;
    return countIn(this.#connections, networkOf(caller.address));
  }

  /**
   * Counts a handshake that was refused with this, where it named no seat or a wrong one, and gives what to answer: this, or `too-many` with the
   * time to wait where the network guesses. A right secret is never asked how often others were wrong.
   */
  handshakeRefused(caller: Caller, error: unknown): unknown {
    if (!(error instanceof LecternError) || !WRONG.includes(error.code) || this.isLifted(caller)) return error;
    const network = networkOf(caller.address);
    try {
      this.#wrongHandshakes.check(network);
    } catch (tooMany) {
      this.#held('wrongHandshakes');
      return tooMany;
    }
    this.#wrongHandshakes.count(network);
    return error;
  }

  #held(limit: HeldLimit): void {
    this.#options.onHeld?.(limit);
  }
}

/** Counts one more of this network, until what it gives is called. */
function countIn(open: Map<string, number>, network: string): () => void {
  open.set(network, (open.get(network) ?? 0) + 1);
  return () => {
    const left = (open.get(network) ?? 1) - 1;
    if (left > 0) open.set(network, left);
    else open.delete(network);
  };
}
