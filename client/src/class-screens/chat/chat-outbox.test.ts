import { LecternError } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatOutbox } from './chat-outbox.svelte.ts';

const outboxOf = (send: (text: string, lineId: string) => Promise<unknown>) => new ChatOutbox(send, () => 0);

describe('ChatOutbox', () => {
  it('shows a line while it is sent and lets it go once the server has it', async () => {
    let arrived = (): void => undefined;
    const outbox = outboxOf(() => new Promise<void>((resolve) => (arrived = resolve)));
    const sent = outbox.add('  hello  ');
    expect(outbox.lines).toMatchObject([{ text: 'hello', state: 'sending' }]);
    arrived();
    await sent;
    expect(outbox.lines).toEqual([]);
  });

  it('keeps a refused line with its reason until it is tried again', async () => {
    const answers: (Error | null)[] = [new LecternError('slow-mode', { retryAfterMs: 4000 }), null];
    const outbox = outboxOf(() => {
      const error = answers.shift();
      return error ? Promise.reject(error) : Promise.resolve();
    });
    await outbox.add('hello');
    expect(outbox.lines).toMatchObject([{ text: 'hello', state: 'failed', error: { code: 'slow-mode' } }]);
    await outbox.retry(outbox.lines[0]?.lineId ?? '');
    expect(outbox.lines).toEqual([]);
  });

  it('tries a line again under the id that it had, and gives each line its own', async () => {
    const sent: string[] = [];
    const outbox = outboxOf((text, lineId) => {
      sent.push(lineId);
      return text === 'lost' && sent.length === 1 ? Promise.reject(new Error('no answer')) : Promise.resolve();
    });
    await outbox.add('lost');
    await outbox.retry(outbox.lines[0]?.lineId ?? '');
    await outbox.add('lost');
    expect(sent[1]).toBe(sent[0]);
    expect(sent[2]).not.toBe(sent[0]);
  });

  it('discards only what is not on its way', async () => {
    const outbox = outboxOf((text) =>
      text === 'bad' ? Promise.reject(new Error('no')) : new Promise(() => undefined),
    );
    await outbox.add('bad');
    void outbox.add('slow');
    for (const { lineId } of outbox.lines) outbox.discard(lineId);
    expect(outbox.lines.map(({ text }) => text)).toEqual(['slow']);
  });

  it('holds words while something is written or failed, and none once all is sent', async () => {
    let failing = true;
    const outbox = outboxOf(() => (failing ? Promise.reject(new Error('no')) : Promise.resolve()));
    expect(outbox.holdsWords).toBe(false);
    outbox.draft = ' h';
    expect(outbox.holdsWords).toBe(true);
    outbox.draft = ' ';
    expect(outbox.holdsWords).toBe(false);
    await outbox.add('hello');
    expect(outbox.holdsWords).toBe(true);
    failing = false;
    await outbox.retry(outbox.lines[0]?.lineId ?? '');
    expect(outbox.holdsWords).toBe(false);
  });

  it('sends no empty line', async () => {
    const outbox = outboxOf(() => Promise.reject(new Error('must not be called')));
    await outbox.add('  \n ');
    expect(outbox.lines).toEqual([]);
  });
});

describe('ChatOutbox in slow mode', () => {
  let slowModeSeconds = 15;
  const seconds = (outbox: ChatOutbox) => outbox.secondsToWait(performance.now());

  beforeEach(() => {
    vi.useFakeTimers();
    slowModeSeconds = 15;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts down from the moment the server took a line', async () => {
    const outbox = new ChatOutbox(
      () => Promise.resolve(),
      () => slowModeSeconds,
    );
    expect(seconds(outbox)).toBe(0);
    await outbox.add('hello');
    expect(seconds(outbox)).toBe(15);
    vi.advanceTimersByTime(4001);
    expect(seconds(outbox)).toBe(11);
    vi.advanceTimersByTime(10_999);
    expect(seconds(outbox)).toBe(0);
  });

  it('follows the setting, as the server does', async () => {
    const outbox = new ChatOutbox(
      () => Promise.resolve(),
      () => slowModeSeconds,
    );
    await outbox.add('hello');
    vi.advanceTimersByTime(10_000);
    slowModeSeconds = 60;
    expect(seconds(outbox)).toBe(50);
    slowModeSeconds = 0;
    expect(seconds(outbox)).toBe(0);
  });

  it('learns the time to wait from a refusal', async () => {
    const outbox = new ChatOutbox(
      () => Promise.reject(new LecternError('slow-mode', { retryAfterMs: 4000 })),
      () => slowModeSeconds,
    );
    await outbox.add('hello');
    expect(seconds(outbox)).toBe(4);
  });

  it('makes nobody wait for a line that was not taken', async () => {
    const outbox = new ChatOutbox(
      () => Promise.reject(new LecternError('chat-closed')),
      () => slowModeSeconds,
    );
    await outbox.add('hello');
    expect(seconds(outbox)).toBe(0);
  });
});
