import {
  answerEnvelopeSchema,
  CLIENT_MESSAGES,
  LecternError,
  PROTOCOL_VERSION,
  serverMessageSchema,
  SIGNALLING_PATH,
  wireErrorSchema,
  type ClientBodyInput,
  type ClientMessageType,
  type ClientResult,
  type ErrorCode,
  type Handshake,
  type Seat,
  type ServerMessage,
  type Snapshot,
} from '@lectern/contracts';
import { io, type Socket } from 'socket.io-client';
import { AwayError } from '../http/offline-error.ts';
import type { ShutClass } from './connection.ts';
import { randomUuid } from './random-uuid.ts';
import { finalReason, LOCKED_RETRY_MS, reconnectDelayMs, sleptBetween } from './reconnect-policy.ts';
import { TypedEvents } from './typed-events.ts';

const CONNECT_WITHIN_MS = 6000;
const ANSWER_WITHIN_MS = 10_000;
/** For a question that any living connection answers in one round trip. */
const ALIVE_WITHIN_MS = 3000;
const TICK_MS = 1000;

/** The kept secret opens nothing any more; its account may take the seat anew. */
const RETAKABLE: readonly ErrorCode[] = ['seat-wrong', 'conflict', 'not-signed-in'];

type Goodbye = Extract<ServerMessage, { type: 'goodbye' }>['reason'];

interface SignallingEvents {
  message: ServerMessage;
  /** The connection is gone and attempt number N to bring it back is under way or waits. */
  reconnecting: { attempt: number; shut: ShutClass | null };
  /** It will not be tried again: the server said goodbye or refused. */
  ended: { reason: Goodbye | 'refused'; error?: LecternError };
  /** The device slept: what hangs on clocks and addresses wants a look. */
  woke: undefined;
}

export interface SignallingOptions {
  /** Where the server is, when it is not the page's own origin. */
  readonly signallingUrl?: string;
  /** Takes the seat anew when its secret opens nothing any more; null when it cannot be had. Rejects with why the class is over, or to be asked again. */
  readonly retakeSeat?: () => Promise<Seat | null>;
}

/** What the media of a page need of its signalling. */
export type Signalling = Pick<SignallingClient, 'connected' | 'request' | 'probe'>;

/**
 * The one signalling connection of a page: messages in, answers awaited, brought back after every loss that is not an
 * ending. The first message of each connection is a snapshot.
 */
export class SignallingClient {
  readonly #events = new TypedEvents<SignallingEvents>();
  readonly #socket: Socket;
  readonly #listening = new AbortController();
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #watchTimer: ReturnType<typeof setInterval> | undefined;
  #lastTickMs = Date.now();
  #over = false;
  #probing = false;
  readonly #pageId = randomUuid();
  /** For the first connection alone, and null once it was tried. */
  #retakeSeat: SignallingOptions['retakeSeat'] | null;
  /** True once a snapshot has come. */
  #wasInside = false;
  /** True from the snapshot of this connection on: before it nothing is answered. */
  #isInside = false;
  /** Teaches, or is on the stage: the class waits for this page. */
  #isAwaited = false;

  constructor(seat: Seat, options: SignallingOptions = {}) {
    this.#retakeSeat = options.retakeSeat;
    const socketOptions = {
      path: SIGNALLING_PATH,
      transports: ['websocket'],
      autoConnect: false,
      reconnection: false,
      forceNew: true,
      timeout: CONNECT_WITHIN_MS,
      auth: this.#handshake(seat),
    };
    const { signallingUrl: url } = options;
    this.#socket = url === undefined ? io(socketOptions) : io(url, socketOptions);
    this.#socket.on('message', (...raws: unknown[]) => {
      for (const raw of raws) this.#receive(raw);
    });
    this.#socket.on('connect_error', (error: Error) => {
      this.#refused(error);
    });
    this.#socket.on('disconnect', () => {
      this.#lost();
    });
  }

  on = this.#events.on.bind(this.#events);

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Opens the connection; from then on it is kept until an ending or `close()`. */
  connect(): void {
    if (this.#over) return;
    this.#watch();
    this.#socket.connect();
  }

  /** Sends one message and gives its parsed result. Rejects with LecternError: AwayError without a connection or an answer in time. */
  async request<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<ClientResult<T>> {
    if (!this.#socket.connected) throw new AwayError({ sent: false });
    let raw: unknown;
    try {
      raw = await this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck('message', { type, body });
    } catch (cause) {
      void this.probe();
      throw new AwayError({ sent: true, cause });
    }
    const answer = answerEnvelopeSchema.parse(raw);
    if (!answer.ok) throw fromWire(answer.error);
    // The schema of this very message parsed it: the union of all results narrows to that of T.
    return CLIENT_MESSAGES[type].result.parse(answer.result) as ClientResult<T>;
  }

  /** Asks whether the connection still carries anything: one that does not answer within 3 s is dropped and opened anew. */
  async probe(): Promise<void> {
    if (this.#probing || !this.connected || !this.#isInside) return;
    this.#probing = true;
    try {
      await this.#socket.timeout(ALIVE_WITHIN_MS).emitWithAck('message', { type: 'clock', body: {} });
    } catch {
      if (this.#socket.connected) this.#reopen();
    } finally {
      this.#probing = false;
    }
  }

  /** Tries again at once where an attempt waits: the network is back, or the device woke up. */
  retryNow(): void {
    if (this.#retryTimer === undefined) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#socket.connect();
  }

  /** Says that this person leaves, hears nothing more, and ends the connection once that was answered or cannot be. */
  async leave(): Promise<void> {
    if (this.#over) return;
    const told = this.request('leave', {}).catch(() => undefined);
    this.#stop();
    // Closed at once, the connection would take the word back.
    await told;
    this.#socket.disconnect();
  }

  /** Nothing is told of or tried again from now on. */
  #stop(): void {
    this.#over = true;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#watchTimer);
    this.#listening.abort();
  }

  #receive(raw: unknown): void {
    const parsed = serverMessageSchema.safeParse(raw);
    if (!parsed.success) {
      // A message that this page does not know: a newer server. What it can say next is still worth hearing.
      console.warn('a signalling message that this page does not understand', parsed.error.issues);
      return;
    }
    if (this.#over) return;
    if (parsed.data.type === 'snapshot') {
      this.#attempt = 0;
      // From here on only a click takes the seat back: a page that wakes up must not put out the device in use.
      this.#retakeSeat = null;
      this.#wasInside = true;
      this.#isInside = true;
      this.#isAwaited = isAwaitedIn(parsed.data.snapshot);
    }
    if (parsed.data.type === 'on-stage') this.#isAwaited = parsed.data.onStage;
    if (parsed.data.type === 'goodbye') this.#end(parsed.data.reason);
    else this.#events.emit('message', parsed.data);
  }

  #refused(error: Error & { data?: unknown }): void {
    const wire = wireErrorSchema.safeParse(error.data);
    if (!wire.success) {
      this.#lost();
      return;
    }
    const refusal = fromWire(wire.data);
    const reason = finalReason(refusal.code);
    const shut = shutBy(refusal.code);
    if (reason === null) this.#lost(refusal.retryAfterMs ?? (shut === null ? undefined : LOCKED_RETRY_MS), shut);
    else if (this.#retakeSeat && RETAKABLE.includes(refusal.code)) void this.#retake(this.#retakeSeat, refusal);
    else if (refusal.code === 'conflict' && this.#wasInside) this.#end('taken-over');
    else if (refusal.code === 'not-signed-in') this.#end('signed-out');
    else this.#end(reason, refusal);
  }

  /** Another device has the account's seat, or it was signed out; this page was opened, or clicked on, to have it back. */
  async #retake(take: () => Promise<Seat | null>, refusal: LecternError): Promise<void> {
    try {
      const seat = await take();
      if (this.#over) return;
      this.#retakeSeat = null;
      if (seat === null) {
        if (refusal.code === 'not-signed-in') this.#end('signed-out');
        else this.#end('refused', refusal);
        return;
      }
      this.#socket.auth = this.#handshake(seat);
      this.#socket.connect();
    } catch (error) {
      if (error instanceof LecternError) this.#notRetaken(error);
      else this.#lost();
    }
  }

  #notRetaken(error: LecternError): void {
    const reason = finalReason(error.code);
    if (reason === null) this.#lost(error.retryAfterMs);
    else this.#end(reason, error);
  }

  #handshake({ classId, seatId, seatSecret }: Seat): Handshake {
    return { protocol: PROTOCOL_VERSION, classId, seatId, seatSecret, pageId: this.#pageId };
  }

  #lost(retryAfterMs?: number, shut: ShutClass | null = null): void {
    this.#isInside = false;
    if (this.#over) return;
    this.#attempt++;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(
      () => {
        this.retryNow();
      },
      reconnectDelayMs(this.#attempt, { retryAfterMs, isAwaited: this.#isAwaited }),
    );
    this.#events.emit('reconnecting', { attempt: this.#attempt, shut });
  }

  #end(reason: Goodbye | 'refused', error?: LecternError): void {
    if (this.#over) return;
    this.#stop();
    this.#socket.disconnect();
    this.#events.emit('ended', error === undefined ? { reason } : { reason, error });
  }

  /** A lost network shows at once as `offline`, sleep as a gap between ticks; neither closes a WebSocket by itself. */
  #watch(): void {
    const { signal } = this.#listening;
    globalThis.addEventListener('online', () => this.#socket.connected || this.retryNow(), { signal });
    globalThis.addEventListener('offline', () => this.#socket.connected && this.#reopen(), { signal });
    this.#lastTickMs = Date.now();
    this.#watchTimer = setInterval(() => {
      const nowMs = Date.now();
      const slept = sleptBetween(this.#lastTickMs, nowMs);
      this.#lastTickMs = nowMs;
      if (slept) this.#wake();
    }, TICK_MS);
  }

  #wake(): void {
    this.#events.emit('woke', undefined);
    this.retryNow();
    void this.probe();
  }

  /** Drops a connection that is dead without knowing it; the loss starts the attempts. */
  #reopen(): void {
    this.#socket.disconnect();
  }
}

function isAwaitedIn({ me, stage }: Snapshot): boolean {
  return me.role !== 'student' || stage.some(({ seatId }) => seatId === me.seatId);
}

function shutBy(code: ErrorCode): ShutClass | null {
  if (code === 'class-locked') return 'locked';
  return code === 'class-full' ? 'full' : null;
}

function fromWire(error: { code: LecternError['code']; retryAfterMs?: number | undefined }): LecternError {
  return new LecternError(error.code, error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs });
}
