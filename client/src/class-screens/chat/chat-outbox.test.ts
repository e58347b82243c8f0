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
    await outbox.retry(outbox.lines[0]?.lineId ?? '');
    expect(outbox.lines).toEqual([]);
  });

  it('tries a line again under the id that it had, and gives each line its own', async () => {
    const sent: string[] = [];
    const outbox = new ChatOutbox((text, lineId) => {
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
    const outbox = new ChatOutbox((text) =>
      text === 'bad' ? Promise.reject(new Error('no')) : new Promise(() => undefined),
    );
    await outbox.add('bad');
    void outbox.add('slow');
    for (const { lineId } of outbox.lines) outbox.discard(lineId);
    expect(outbox.lines.map(({ text }) => text)).toEqual(['slow']);
  });

  it('sends no empty line', async () => {
    const outbox = new ChatOutbox(() => Promise.reject(new Error('must not be called')));
    await outbox.add('  \n ');
    expect(outbox.lines).toEqual([]);
  });
});
