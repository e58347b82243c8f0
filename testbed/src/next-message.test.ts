import { EventEmitter } from 'node:events';
import type { ServerMessage } from '@lectern/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextMessage } from './next-message.ts';

describe('the next message', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const source = () => new EventEmitter<{ message: [ServerMessage] }>();
  const acknowledged = (window: number): ServerMessage => ({
    type: 'signal-acknowledged',
    stored: [window],
    notCounted: [],
  });

  it('is found among several that arrive at once', async () => {
    const messages = source();
    const wanted = nextMessage(messages, 'signal-acknowledged', ({ stored }) => stored.includes(3), 1000);
    for (const window of [1, 2, 3, 4]) messages.emit('message', acknowledged(window));
    expect(await wanted).toEqual(acknowledged(3));
    expect(messages.listenerCount('message')).toBe(0);
  });

  it('that does not come is an error in time, and nothing listens on', async () => {
    vi.useFakeTimers();
    const messages = source();
    const wanted = nextMessage(messages, 'signal-acknowledged', () => false, 1000);
    const failed = expect(wanted).rejects.toThrow(
      'no message "signal-acknowledged" that was waited for came within 1000 ms',
    );
    messages.emit('message', acknowledged(1));
    await vi.advanceTimersByTimeAsync(1000);
    await failed;
    expect(messages.listenerCount('message')).toBe(0);
  });

  it('that cannot be judged fails whoever waits, not whoever sent it', async () => {
    const messages = source();
    const wanted = nextMessage(
      messages,
      'signal-acknowledged',
      () => {
        throw new Error('unexpected');
      },
      1000,
    );
    messages.emit('message', acknowledged(1));
    await expect(wanted).rejects.toThrow('unexpected');
  });
});
