import { LecternError } from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwayError } from '../http/offline-error.ts';
import { TestMediaDevice, TestSignalling } from './test-media.ts';
import { TransportLink } from './transport-link.ts';

const ANSWER_WITHIN_MS = 10_000;

/** What a link sees of the library's transport, with states set by the test. */
class PlayedTransport {
  readonly id = 'transport';
  connectionState: types.ConnectionState = 'connected';
  restarts = 0;
  #told: (state: types.ConnectionState) => void = () => undefined;

  on(name: string, listener: (state: types.ConnectionState) => void): void {
    if (name === 'connectionstatechange') this.#told = listener;
  }

  become(state: types.ConnectionState): void {
    this.connectionState = state;
    this.#told(state);
  }

  restartIce(): Promise<void> {
    this.restarts++;
    return Promise.resolve();
  }

  close(): void {
    this.connectionState = 'closed';
  }
}

describe('a transport whose network changes', () => {
  let signalling: TestSignalling;
  let transport: PlayedTransport;
  let link: TransportLink;
  let broken: number;
  const questions = () => signalling.bodies('restart-ice').length;
  /** The server takes messages, and its worker answers none. */
  const hang = () => {
    signalling.answer('restart-ice', async () => {
      await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS));
      throw new AwayError({ sent: true });
    });
  };
  const answer = () => {
    signalling.answer('restart-ice', () => ({ iceParameters: {} }));
  };

  beforeEach(async () => {
    vi.useFakeTimers();
    signalling = new TestSignalling({});
    transport = new PlayedTransport();
    broken = 0;
    link = new TransportLink(signalling, 'receive');
    link.on('broken', () => broken++);
    await link.open(Promise.resolve({ createRecvTransport: () => transport } as unknown as types.Device));
  });
  afterEach(() => {
    link.close();
    vi.useRealTimers();
  });

  it('asks at once whether signalling still carries anything, and for a restart a second later', async () => {
    transport.become('disconnected');
    expect(signalling.probes).toBe(1);
    expect(questions()).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(transport.restarts).toBe(1);
  });

  it('goes on asking a server that does not answer, and is restarted once it does', async () => {
    hang();
    transport.become('disconnected');
    await vi.advanceTimersByTimeAsync(5000);
    transport.become('failed');
    await vi.advanceTimersByTimeAsync(60_000);
    // Each question waits ten seconds, and a pause of at most five follows.
    expect(questions()).toBeGreaterThanOrEqual(5);
    expect(questions()).toBeLessThanOrEqual(8);
    expect(transport.restarts).toBe(0);

    answer();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(transport.restarts).toBe(1);
    transport.become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(transport.restarts).toBe(1);
    expect(broken).toBe(0);
  });

  it.each(['connected', 'closed', 'without signalling'])('asks no more once it is %s', async (end) => {
    hang();
    transport.become('failed');
    await vi.advanceTimersByTimeAsync(5000);
    if (end === 'connected') transport.become('connected');
    else if (end === 'closed') link.close();
    else signalling.connected = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(questions()).toBe(1);
    expect(broken).toBe(0);
  });

  it('is opened anew by its owner when the server has lost it', async () => {
    signalling.answer('restart-ice', () => {
      throw new LecternError('media-gone');
    });
    transport.become('failed');
    await vi.advanceTimersByTimeAsync(0);
    expect(broken).toBe(1);
  });
});

describe('data channels', () => {
  const opened = async (purpose: 'stage' | 'signal') => {
    const link = new TransportLink(
      new TestSignalling({ 'produce-signal': () => ({ dataProducerId: 'one' }) }),
      purpose,
    );
    return link.open(new TestMediaDevice().load());
  };

  it('are one for the signal, and none for anything else', async () => {
    const signal = await opened('signal');
    await signal.produceData({ ordered: false, label: 'signal' });
    await expect(signal.produceData({ ordered: false, label: 'other' })).rejects.toThrow('one data channel at most');
    const stage = await opened('stage');
    await expect(stage.produceData({ ordered: false, label: 'signal' })).rejects.toThrow('one data channel at most');
  });
});
