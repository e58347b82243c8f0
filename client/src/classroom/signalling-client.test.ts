import type { ClientMessageType, Seat } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwayError } from '../http/offline-error.ts';
import { SignallingClient } from './signalling-client.ts';

/** The library's socket over a network that can lose everything without a word. */
class PlayedSocket extends EventTarget {
  connected = false;
  dead = false;
  connects = 0;
  readonly sent: ClientMessageType[] = [];
  auth: unknown;

  on(name: string, listener: () => void): void {
    this.addEventListener(name, listener);
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
