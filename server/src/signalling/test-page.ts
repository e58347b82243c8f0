import { EventEmitter } from 'node:events';
import {
  answerEnvelopeSchema,
  CLIENT_MESSAGES,
  LecternError,
  NO_PICTURE,
  pictureAfter,
  PROTOCOL_VERSION,
  serverMessageSchema,
  SIGNALLING_PATH,
} from '@lectern/contracts';
import type {
  ClassPicture,
  ClientBodyInput,
  ClientMessageType,
  ClientResult,
  ErrorCode,
  Seat,
  ServerMessage,
  ServerMessageType,
  Snapshot,
} from '@lectern/contracts';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

/** Long enough for a loaded machine; a test that waits in vain says what it saw. */
const WAIT_MS = 15_000;

type MessageOf<T extends ServerMessageType> = Extract<ServerMessage, { type: T }>;

/** A page as a stranger would write it from docs/protocol.md: real socket.io, everything parsed with the contract. */
export class TestPage extends EventEmitter<{ message: [ServerMessage]; disconnected: [] }> {
  readonly socket: Socket;
  readonly seat: Seat;
  /** Everything that came, oldest first. */
  readonly log: ServerMessage[] = [];
  refused: unknown = null;

  constructor(url: string, seat: Seat, auth: object = {}) {
    super();
    this.setMaxListeners(0);
    this.seat = seat;
    const { classId, seatId, seatSecret } = seat;
    this.socket = io(url, {
      path: SIGNALLING_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { protocol: PROTOCOL_VERSION, classId, seatId, seatSecret, ...auth },
    });
    this.socket.on('message', (...raws: unknown[]) => {
      for (const message of raws.map((raw) => serverMessageSchema.parse(raw))) {
        this.log.push(message);
        this.emit('message', message);
      }
    });
    this.socket.on('disconnect', () => this.emit('disconnected'));
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      this.refused = error.data ?? error;
    });
  }

  get snapshot(): Snapshot {
    const first = this.log.find(({ type }) => type !== 'waiting');
    if (first?.type !== 'snapshot') throw new Error('the first message but for the place in the queue is no snapshot');
    return first.snapshot;
  }

  /** The class as it knows it by now. */
  get picture(): ClassPicture {
    return this.log.reduce(pictureAfter, NO_PICTURE);
  }

  /**
   * Resolves with the first message of this type that fits, past ones included unless `from` leaves them out (what
   * `log.length` was); rejects after a while.
   */
  saw<T extends ServerMessageType>(
    type: T,
    fits: (message: MessageOf<T>) => boolean = () => true,
    from = 0,
  ): Promise<MessageOf<T>> {
    const isWanted = (message: ServerMessage): message is MessageOf<T> =>
      message.type === type && fits(message as MessageOf<T>);
    const past = this.log.slice(from).find(isWanted);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.off('message', listen);
        reject(new Error(`${this.seat.name} did not see ${type}; the last were ${JSON.stringify(this.log.slice(-4))}`));
      }, WAIT_MS);
      const listen = (message: ServerMessage) => {
        if (!isWanted(message)) return;
        clearTimeout(timer);
        this.off('message', listen);
        resolve(message);
      };
      this.on('message', listen);
    });
  }

  count(type: ServerMessageType): number {
    return this.log.filter((message) => message.type === type).length;
  }

  /** Answers the question whether this student contributes. */
  async answerContribution(granted = true): Promise<void> {
    await this.ask('set-permission', { permission: 'contribute', granted, wording: 'contribute-1', language: 'en' });
  }

  /** Sends one message and gives its result; rejects with the LecternError of the answer. */
  async ask<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<ClientResult<T>> {
    const answer = answerEnvelopeSchema.parse(await this.raw({ type, body }));
    if (!answer.ok) throw new LecternError(answer.error.code);
    return CLIENT_MESSAGES[type].result.parse(answer.result) as ClientResult<T>;
  }

  /** The code of the error that a message is answered with; null when it worked. */
  async refusal(type: ClientMessageType, body: unknown): Promise<ErrorCode | null> {
    const answer = answerEnvelopeSchema.parse(await this.raw({ type, body }));
    return answer.ok ? null : answer.error.code;
  }

  /** Sends anything at all, and gives the answer as it came. */
  raw(message: unknown): Promise<unknown> {
    return this.socket.timeout(WAIT_MS).emitWithAck('message', message);
  }

  /** Resolves once the connection is gone. */
  gone(): Promise<void> {
    if (this.socket.disconnected) return Promise.resolve();
    return new Promise((resolve) => {
      this.once('disconnected', () => {
        resolve();
      });
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
