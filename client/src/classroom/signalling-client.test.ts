import { LecternError } from '@lectern/contracts';
import type { ClientMessageType, ErrorCode, Seat } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwayError } from '../http/offline-error.ts';
import { SignallingClient } from './signalling-client.ts';
import { testSnapshot } from './test-snapshot.ts';

/** The library's socket over a network that can lose everything without a word. */
class PlayedSocket extends EventTarget {
  connected = false;
  dead = false;
  connects = 0;
  readonly sent: ClientMessageType[] = [];
  auth: unknown;

  on(name: string, listener: (told: unknown) => void): void {
    this.addEventListener(name, (event) => {
      listener(event instanceof CustomEvent ? event.detail : undefined);
    });
  }

  /** What the server says: a message, or why it refuses the connection. */
  tell(name: 'message' | 'connect_error', told: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail: told }));
  }

  connect(): void {
    this.connects++;
    this.dead = false;
    this.connected = true;
  }

  disconnect(): void {
    this.connected = false;
    this.dispatchEvent(new Event('disconnect'));
  }

  timeout(ms: number) {
    const refuse = (_: unknown, reject: (error: Error) => void) => {
      const late = () => {
        reject(new Error('no answer'));
      };
      setTimeout(late, ms);
      this.addEventListener('disconnect', late, { once: true });
    };
    return {
      emitWithAck: (_name: string, { type }: { type: ClientMessageType }): Promise<unknown> => {
        this.sent.push(type);
        // The worker is another process than the one that tells the time.
        if (this.dead || type === 'restart-ice') return new Promise(refuse);
        return Promise.resolve({ ok: true, result: { classClockMs: null } });
      },
    };
  }
}

const played = vi.hoisted((): { socket?: unknown } => ({}));
vi.mock('socket.io-client', () => ({ io: () => played.socket }));

describe('a connection that is dead without knowing it', () => {
  let socket: PlayedSocket;
  let client: SignallingClient;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('addEventListener', () => undefined);
    socket = new PlayedSocket();
    played.socket = socket;
    client = new SignallingClient({} as Seat);
    client.connect();
    socket.tell('message', { type: 'snapshot', snapshot: testSnapshot() });
  });
  afterEach(() => {
    void client.leave();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is opened anew a moment after a probe got no answer for three seconds', async () => {
    socket.dead = true;
    void client.probe();
    await vi.advanceTimersByTimeAsync(2999);
    expect(client.connected).toBe(true);
    await vi.advanceTimersByTimeAsync(1 + 300);
    expect(client.connected).toBe(true);
    expect(socket.connects).toBe(2);
  });

  it('is not probed while it waits at the door, where nothing is answered', async () => {
    socket.disconnect();
    await vi.advanceTimersByTimeAsync(300);
    socket.tell('message', { type: 'waiting', place: 7, estimateMs: null });
    socket.dead = true;
    void client.probe();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([socket.sent, client.connected]).toEqual([[], true]);
  });

  it.each([
    ['who teaches, within a second', { role: 'instructor', onStage: false }, true],
    ['on the stage, within a second', { role: 'student', onStage: true }, true],
    ['who listens, later', { role: 'student', onStage: false }, false],
  ] as const)('is tried for the sixth time, by somebody %s', async (_, { role, onStage }, isSoon) => {
    const snapshot = testSnapshot();
    socket.tell('message', { type: 'snapshot', snapshot: { ...snapshot, me: { ...snapshot.me, role } } });
    if (onStage) socket.tell('message', { type: 'on-stage', onStage });
    for (let attempt = 1; attempt <= 5; attempt++) {
      socket.disconnect();
      await vi.advanceTimersByTimeAsync(5000);
    }
    socket.disconnect();
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.connected).toBe(isSoon);
  });

  it('is probed once, however many ask', async () => {
    socket.dead = true;
    void client.probe();
    void client.probe();
    await vi.advanceTimersByTimeAsync(3300);
    expect(socket.sent).toEqual(['clock']);
    expect(socket.connects).toBe(2);
  });

  it('gives up with it what waits for an answer, and is not probed a second time for that', async () => {
    socket.dead = true;
    const asked = client.request('restart-ice', { transportId: 'transport' });
    const given = expect(asked).rejects.toThrow(AwayError);
    void client.probe();
    await vi.advanceTimersByTimeAsync(3300);
    await given;
    expect(socket.sent).toEqual(['restart-ice', 'clock']);
    expect(socket.connects).toBe(2);
  });

  it('is found out by a request that nobody answered', async () => {
    socket.dead = true;
    const given = expect(client.request('clock', {})).rejects.toThrow(AwayError);
    await vi.advanceTimersByTimeAsync(10_000);
    await given;
    await vi.advanceTimersByTimeAsync(3300);
    expect(socket.connects).toBe(2);
  });

  it('is not taken for one where only a single answer stays away', async () => {
    const given = expect(client.request('restart-ice', { transportId: 'transport' })).rejects.toThrow(AwayError);
    await vi.advanceTimersByTimeAsync(20_000);
    await given;
    expect(socket.sent).toEqual(['restart-ice', 'clock']);
    expect(socket.connects).toBe(1);
  });
});

describe('a page that is refused', () => {
  const ended = vi.fn();
  let socket: PlayedSocket;

  function enter(retakeSeat?: () => Promise<Seat | null>): SignallingClient {
    const client = new SignallingClient({} as Seat, retakeSeat ? { retakeSeat } : {});
    client.on('ended', ended);
    client.connect();
    return client;
  }

  const refuse = (code: ErrorCode) => {
    socket.tell('connect_error', { data: new LecternError(code).toWire() });
  };

  beforeEach(() => {
    vi.stubGlobal('addEventListener', () => undefined);
    ended.mockReset();
    socket = new PlayedSocket();
    played.socket = socket;
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([
    ['conflict', 'taken-over', undefined],
    ['not-signed-in', 'signed-out', undefined],
    ['seat-wrong', 'refused', 'seat-wrong'],
    ['not-found', 'refused', 'not-found'],
  ] as const)('with %s after it was inside learns that it is over: %s', (code, reason, error) => {
    enter();
    socket.tell('message', { type: 'snapshot', snapshot: testSnapshot() });
    refuse(code);
    expect(ended).toHaveBeenCalledExactlyOnceWith(
      error === undefined ? { reason } : { reason, error: expect.objectContaining({ code: error }) as unknown },
    );
  });

  it.each(['seat-wrong', 'conflict', 'not-signed-in'] as const)(
    'with %s before it was inside takes the seat anew, once',
    async (code) => {
      const retake = vi.fn(() => Promise.resolve({} as Seat));
      enter(retake);
      refuse(code);
      await vi.waitFor(() => {
        expect(socket.connects).toBe(2);
      });
      refuse(code);
      expect(retake).toHaveBeenCalledOnce();
      expect(ended).toHaveBeenCalledOnce();
    },
  );

  it.each([
    ['class-ended', 'seat-wrong'],
    ['removed', 'not-signed-in'],
  ] as const)('learns with %s why the seat that it was refused with %s cannot be taken anew', async (why, code) => {
    enter(() => Promise.reject(new LecternError(why)));
    refuse(code);
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({
        reason: why,
        error: expect.objectContaining({ code: why }) as unknown,
      });
    });
  });

  it('learns that it was signed out where nobody is signed in who could take the seat', async () => {
    enter(() => Promise.resolve(null));
    refuse('not-signed-in');
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({ reason: 'signed-out' });
    });
  });
});
