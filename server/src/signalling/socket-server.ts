import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import {
  handshakeSchema,
  LecternError,
  MAX_MESSAGE_BYTES,
  PROTOCOL_VERSION,
  SIGNALLING_PATH,
} from '@lectern/contracts';
import type { ClassId, SeatId, ServerMessage } from '@lectern/contracts';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import type { Clock } from '../classroom/clock.ts';
import type { SignallingLimits } from '../config/limits.ts';
import type { AddressLimits } from '../http/address-limits.ts';
import { networkOf } from '../http/network-address.ts';
import type { Place } from './class-entrance.ts';
import type { Arrival } from './class-seating.ts';
import type { ClassSession } from './class-session.ts';
import { VIEWS } from './connection.ts';
import type { Connection, Outbox, View } from './connection.ts';
import { answerMessage } from './gateway.ts';
import { HandshakeLine } from './handshake-line.ts';
import { ByteRate } from './message-rate.ts';
import type { MessageRate } from './message-rate.ts';
import { takePart } from './participant.ts';
import type { Participant } from './participant.ts';
import { Unsent, webSocketOf } from './unsent.ts';
import type { Wire } from './unsent.ts';
import type { WireTraffic } from './wire-traffic.ts';

/** A dead connection is noticed after both. */
const PING_INTERVAL_MS = 15_000;
const PING_TIMEOUT_MS = 10_000;

const ASK_AGAIN_AFTER_MS = 1_000;

/** What a frame counts for beside what is in it. */
const FRAME_BYTES = 64;

interface ServerEvents {
  message: (...messages: ServerMessage[]) => void;
}
interface ClientEvents {
  message: (raw: unknown, answer?: unknown) => void;
}
interface SocketData {
  admission: Admission;
}
type IoServer = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>;
type IoSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

/** What the handshake came to: a place, or a word to go. */
export type Admission =
  | { readonly kind: 'goodbye'; readonly reason: Extract<ServerMessage, { type: 'goodbye' }>['reason'] }
  | ({ readonly kind: 'seat'; readonly session: ClassSession; readonly place: Place } & Arrival);

/** Who is let in, and a place held until it is released: a live class's session for a seat that its secret opens. Rejects with a LecternError. */
export type Admit = (handshake: z.output<typeof handshakeSchema>) => Promise<Admission>;

interface SocketServerParts {
  readonly admit: Admit;
  readonly limits: AddressLimits;
  readonly signalling: SignallingLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The WebSocket side of signalling. */
export class SocketServer {
  readonly #io: IoServer;
  readonly #logger: Logger;
  readonly #limits: AddressLimits;
  readonly #knocked = new WeakSet<object>();
  /** By wire, who came in over it: for the log. */
  readonly #seats = new WeakMap<object, { readonly classId: ClassId; readonly seatId: SeatId }>();
  readonly #signalling: SignallingLimits;
  readonly #handshakes: HandshakeLine;

  constructor(httpServer: HttpServer | HttpsServer, { admit, limits, signalling, clock, logger }: SocketServerParts) {
    this.#logger = logger;
    this.#limits = limits;
    this.#signalling = signalling;
    this.#handshakes = new HandshakeLine(signalling.handshakes);
    this.#io = new Server(httpServer, {
      path: SIGNALLING_PATH,
      transports: ['websocket'],
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      serveClient: false,
      connectTimeout: signalling.handshakes.withinMs,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      // Before the upgrade: whoever has too many gets no further one.
      allowRequest: (request, decide) => {
        decide(null, limits.mayConnect(limits.callerOf(request)));
      },
    });
    this.#io.use((socket, next) => {
      // One wire carries one seat. socket.io would let it ask for as many as it likes.
      if (this.#knocked.has(socket.conn)) {
        logger.warn({ ...this.#seats.get(socket.conn) }, 'a connection that asked for more than one seat was closed');
        socket.conn.close();
        return;
      }
      this.#knocked.add(socket.conn);
      const caller = limits.callerOf(socket.request);
      const look = () => admitOrRefuse(socket.handshake.auth, admit, logger);
      this.#handshakes.run(networkOf(caller.address), look).then(
        (admission) => {
          socket.data.admission = admission;
          if (admission.kind === 'seat') {
            this.#seats.set(socket.conn, { classId: admission.session.classId, seatId: admission.seat.seatId });
            holdWhileOpen(socket, admission.place);
          }
          next();
        },
        (error: unknown) => {
          next(refusal(limits.handshakeRefused(caller, error)));
        },
      );
    });
    // Below socket.io: before anything is parsed, and before anybody is known.
    this.#io.engine.on('connection', (wire: Wire) => {
      wire.on('close', limits.connected(limits.callerOf(wire.request)));
      const bytes = new ByteRate(clock, signalling);
      const take = (data: string | Buffer = '') => {
        // A frame costs something whatever is in it.
        if (bytes.take(FRAME_BYTES + Buffer.byteLength(data))) return;
        logger.warn({ ...this.#seats.get(wire) }, 'a connection that sent far more than pages do was closed');
        wire.close(true);
      };
      wire.on('packet', ({ data }) => {
        take(data);
      });
      // Frames that the WebSocket answers by itself. No page sends them.
      webSocketOf(wire)?.on('ping', take).on('pong', take);
    });
    this.#io.on('connection', (socket) => {
      void this.#welcome(socket);
    });
  }

  /** Counts what crosses the wires from now on. */
  count(traffic: WireTraffic): void {
    traffic.follow(this.#io.engine);
  }

  /** The way to all pages of a class. */
  outboxOf(classId: ClassId): Outbox {
    const room = (view: View) => `${classId} ${view}`;
    return {
      join: (connection, staff) => {
        // Rooms of the adapter in memory are joined at once.
        this.#io.in(connection.connectionId).socketsJoin(staff ? [room('everyone'), room('staff')] : room('everyone'));
      },
      leave: (connection) => {
        this.#io.in(connection.connectionId).socketsLeave(VIEWS.map(room));
      },
      send: (view, ...messages) => {
        // The adapter encodes them once, down to the WebSocket's frame, for all of them.
        this.#io.to(room(view)).emit('message', ...messages);
      },
    };
  }

  /** Closes every connection in a way that pages try again by themselves. */
  close(): void {
    // The engine alone: `io.close()` would close the HTTP server under its owner.
    this.#io.engine.close();
  }

  async #welcome(socket: IoSocket): Promise<void> {
    const connection = toConnection(socket, this.#signalling.unread.bytes);
    const { admission } = socket.data;
    if (admission.kind === 'goodbye') {
      connection.send({ type: 'goodbye', reason: admission.reason });
      connection.end();
      return;
    }
    let participant: Participant | null = null;
    let isSeated = false;
    const early = { messages: 0, bytes: 0 };
    const rate = admission.session.rates.of(admission.seat.seatId);
    const seated = takePart(admission.session, connection, admission);
    socket.on('message', (raw, answer) => {
      const reply = typeof answer === 'function' ? (answer as (value: unknown) => void) : () => undefined;
      const refused =
        this.#count(socket, rate) ??
        (!isSeated && isTooMuch(early, raw, this.#signalling.early)
          ? new LecternError('too-many', { retryAfterMs: ASK_AGAIN_AFTER_MS })
          : null);
      if (refused) {
        reply({ ok: false, error: refused.toWire() });
        return;
      }
      // A page speaks after its snapshot; what comes earlier waits for the place.
      void seated.then(
        () => this.#answer(socket, participant, raw, reply, rate),
        () => undefined,
      );
    });
    const countFrame = () => {
      this.#count(socket, rate);
    };
    webSocketOf(socket.conn)?.on('ping', countFrame).on('pong', countFrame);
    socket.onAny((event: string) => {
      // There is one event; others are counted like messages and not answered.
      if (event !== 'message') this.#count(socket, rate);
    });
    socket.on('disconnect', () => {
      admission.session.entrance.gone(connection, admission.seat.seatId);
      if (participant) participant.session.seating.lost(participant);
    });
    try {
      participant = await seated;
      isSeated = true;
      if (participant) this.#limits.guestSeats.used(admission.seat.seatId);
    } catch (error) {
      // Locked or over while this one waited: the next knock says so.
      if (!(error instanceof LecternError)) {
        this.#logger.error({ err: error, classId: admission.session.classId }, 'a seat could not be taken');
      }
      // Closing the transport lets the page try again; a refusal at this point would not.
      socket.conn.close();
      return;
    } finally {
      admission.place.release();
    }
    if (participant && socket.disconnected) participant.session.seating.lost(participant);
  }

  async #answer(
    socket: IoSocket,
    participant: Participant | null,
    raw: unknown,
    reply: (value: unknown) => void,
    rate: MessageRate,
  ): Promise<void> {
    if (!participant || socket.disconnected) return;
    reply(await answerMessage(participant, raw, rate));
    this.#endWhenFlooding(socket, rate);
  }

  /** Counts a message as it comes in, also while the seat is not taken yet. Gives why it is refused; null when it is not. */
  #count(socket: IoSocket, rate: MessageRate): LecternError | null {
    try {
      rate.takeAny();
      return null;
    } catch (error) {
      this.#endWhenFlooding(socket, rate);
      return error as LecternError;
    }
  }

  #endWhenFlooding(socket: IoSocket, rate: MessageRate): void {
    if (!rate.flooding || socket.disconnected) return;
    this.#logger.warn({ ...this.#seats.get(socket.conn) }, 'a connection that flooded was closed');
    socket.disconnect(true);
  }
}

/** Gives a place back whose connection closes, also one that closed while it was looked at. */
function holdWhileOpen({ conn }: IoSocket, place: Place): void {
  conn.once('close', () => {
    place.release();
  });
  if (conn.readyState !== 'open') place.release();
}

/** Counts what is said before the snapshot; true when it is too much to be kept until then, which at the door may be long. */
function isTooMuch(early: { messages: number; bytes: number }, raw: unknown, most: SignallingLimits['early']): boolean {
  early.messages += 1;
  if (early.messages > most.messages) return true;
  early.bytes += Buffer.byteLength(JSON.stringify([raw]));
  return early.bytes > most.bytes;
}

async function admitOrRefuse(auth: unknown, admit: Admit, logger: Logger): Promise<Admission> {
  // A page of another version may say more or less than this one knows: its version is all that is read of it.
  const version = z.object({ protocol: z.number().int() }).safeParse(auth);
  if (!version.success) throw new LecternError('bad-request');
  if (version.data.protocol !== PROTOCOL_VERSION) return { kind: 'goodbye', reason: 'protocol-old' };
  const handshake = handshakeSchema.safeParse(auth);
  if (!handshake.success) throw new LecternError('bad-request');
  try {
    return await admit(handshake.data);
  } catch (error) {
    if (error instanceof LecternError) throw error;
    const { classId, seatId } = handshake.data;
    logger.error({ err: error, classId, seatId }, 'a connection could not be admitted');
    throw new LecternError('internal', { cause: error });
  }
}

/** socket.io hands `data` of the error to the page, as `connect_error`. */
function refusal(error: unknown): Error {
  const wire = (error instanceof LecternError ? error : new LecternError('internal')).toWire();
  return Object.assign(new Error(wire.code), { data: wire });
}

function toConnection(socket: IoSocket, slowBytes: number): Connection {
  const unsent = new Unsent(socket.conn, slowBytes);
  return {
    connectionId: socket.id,
    get closed() {
      return socket.disconnected;
    },
    get unsentBytes() {
      return unsent.bytes;
    },
    send: (message) => {
      socket.emit('message', message);
    },
    end: () => {
      socket.disconnect(true);
    },
    breakOff: () => {
      unsent.breakOff();
    },
  };
}
