import { LecternError } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { ChatOutbox } from './chat-outbox.svelte.ts';

describe('ChatOutbox', () => {
  it('shows a line while it is sent and lets it go once the server has it', async () => {
    let arrived = (): void => undefined;
    const outbox = new ChatOutbox(() => new Promise<void>((resolve) => (arrived = resolve)));
    const sent = outbox.add('  hello  ');
    expect(outbox.lines).toMatchObject([{ text: 'hello', state: 'sending' }]);
    arrived();
    await sent;
    expect(outbox.lines).toEqual([]);
  });

  it('keeps a refused line with its reason until it is tried again', async () => {
    const answers: (Error | null)[] = [new LecternError('slow-mode', { retryAfterMs: 4000 }), null];
    const outbox = new ChatOutbox(() => {
      const error = answers.shift();
      return error ? Promise.reject(error) : Promise.resolve();
    });
    await outbox.add('hello');
    expect(outbox.lines).toMatchObject([{ text: 'hello', state: 'failed', error: { code: 'slow-mode' } }]);
    await outbox.retry(outbox.lines[0]?.key ?? 0);
    expect(outbox.lines).toEqual([]);
  });

  it('discards only what is not on its way', async () => {
    const outbox = new ChatOutbox((text) =>
      text === 'bad' ? Promise.reject(new Error('no')) : new Promise(() => undefined),
    );
    await outbox.add('bad');
    void outbox.add('slow');
    for (const { key } of outbox.lines) outbox.discard(key);
    expect(outbox.lines.map(({ text }) => text)).toEqual(['slow']);
  });

  it('sends no empty line', async () => {
    const outbox = new ChatOutbox(() => Promise.reject(new Error('must not be called')));
    await outbox.add('  \n ');
    expect(outbox.lines).toEqual([]);
  });
});
