import { parseDatagram } from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotADatagramError } from './datagram-gate.ts';
import type { SentDatagram } from './datagram-outbox.ts';
import { SignalChannel } from './signal-channel.ts';
import { TestSignalling } from './test-media.ts';
import { TypedEvents } from './typed-events.ts';

const outcome = { kind: 'score', score: 0.5 } as const;

/** A data channel that keeps the windows of what was sent over it. */
class PlayedChannel {
  readonly windows: (number | undefined)[] = [];
  readyState: RTCDataChannelState = 'open';
  readonly closed = false;
  readonly #events = new TypedEvents<{ open: undefined; close: undefined }>();
  on = this.#events.on.bind(this.#events);
  once = this.#events.on.bind(this.#events);

  send(bytes: Uint8Array): void {
    if (this.readyState !== 'open') throw new Error('the channel is not open');
    this.windows.push(parseDatagram(bytes)?.window);
  }

  end(): void {
    this.readyState = 'closed';
    this.#events.emit('close', undefined);
  }
}

describe('the way of datagrams', () => {
  let signalling: TestSignalling;
  let channels: PlayedChannel[];
  let channel: SignalChannel;
  let shown: readonly SentDatagram[];

  beforeEach(async () => {
    vi.useFakeTimers();
    signalling = new TestSignalling({});
    channels = [];
    shown = [];
    const transport = {
      id: 'transport',
      connectionState: 'connected',
      on: () => undefined,
      close: () => undefined,
      restartIce: () => Promise.resolve(),
      produceData: () => {
        channels.push(new PlayedChannel());
        return Promise.resolve(channels.at(-1));
      },
    };
    const device = { createSendTransport: () => transport } as unknown as types.Device;
    channel = new SignalChannel(signalling, { load: () => Promise.resolve(device) });
    channel.on('sent', (sent) => ({ shown } = sent));
    channel.open({});
    await vi.advanceTimersByTimeAsync(0);
  });
  afterEach(() => {
    channel.close();
    vi.useRealTimers();
  });

  const send = (window: number) => {
    channel.send({ window, outcome, modelTag: 1 }, null);
  };
  const states = () => shown.map(({ window, state }) => [window, state]);

  it('sends each datagram once when it is answered', async () => {
    send(1);
    channel.acknowledged([1], []);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(channels.map(({ windows }) => windows)).toEqual([[1]]);
    expect(states()).toEqual([[1, 'stored']]);
  });

  it('sends again what no answer came for when signalling was lost and the channel was not', async () => {
    send(1);
    send(2);
    channel.acknowledged([2], []);
    signalling.connected = false;
    await vi.advanceTimersByTimeAsync(3000);
    signalling.connected = true;
    channel.check();
    expect(channels[0]?.windows).toEqual([1, 2, 1]);
    channel.acknowledged([1], []);
    expect(states()).toEqual([
      [1, 'stored'],
      [2, 'stored'],
    ]);
  });

  it('sends again after 10, 20 and 40 seconds what no answer came for, and gives it up after two minutes', async () => {
    send(7);
    const sentBy = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return channels[0]?.windows.length;
    };
    expect(await sentBy(9000)).toBe(1);
    expect(await sentBy(2000)).toBe(2);
    expect(await sentBy(18_000)).toBe(2);
    expect(await sentBy(2000)).toBe(3);
    expect(await sentBy(38_000)).toBe(3);
    expect(await sentBy(2000)).toBe(4);
    expect(await sentBy(60_000)).toBe(4);
    expect(states()).toEqual([[7, 'not-counted']]);
  });

  it('sends what waits when the channel opens anew, and nothing after it was closed', async () => {
    send(1);
    channels[0]!.end();
    send(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(channels.map(({ windows }) => windows)).toEqual([[1], [1, 2]]);
    channel.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(channels[1]?.windows).toEqual([1, 2]);
    expect(states()).toEqual([
      [1, 'not-counted'],
      [2, 'not-counted'],
    ]);
  });

  it('closes rather than let bytes out that it did not make, and sends nothing any more', () => {
    send(1);
    // As code would do it that has got hold of a kept datagram.
    shown[0]!.bytes[9] = 7;
    expect(() => {
      channel.check();
    }).toThrow(NotADatagramError);
    send(2);
    channel.check();
    expect(channels[0]?.windows).toEqual([1]);
    expect(states()).toEqual([[1, 'not-counted']]);
  });

  it('stays below what the server takes from one device while no answer comes at all', async () => {
    for (let window = 0; window < 120; window++) {
      send(window);
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect((channels[0]?.windows.length ?? 0) / 600).toBeLessThan(1);
  });
});
