import { describe, expect, it } from 'vitest';
import { chatLineSchema, fromChatLines, toChatLines } from './chat.ts';
import { seatIdSchema } from './identity.ts';

const seatId = seatIdSchema.parse('a1b2c3d4-0000-4000-8000-000000000001');

describe('chat lines on the wire', () => {
  it('are short, come back as they were written, to the second, and say who is staff', () => {
    const from = { seatId, name: 'Emmy Noether', role: 'student' } as const;
    const messages = [
      { messageId: 7, from, text: 'Why?', sentAt: new Date('2026-01-01T09:00:00.900Z') },
      {
        messageId: 8,
        from: { ...from, role: 'assistant' as const },
        text: 'So.',
        sentAt: new Date('2026-01-01T09:00:02Z'),
      },
    ];
    const page = toChatLines(messages);
    expect(page.lines).toEqual([
      [7, 2, 'a1b2c3d4', 'Emmy Noether', 'Why?'],
      [8, 0, 'a1b2c3d4', 'Emmy Noether', 'So.', 'assistant'],
    ]);
    expect(fromChatLines({ ...page, lines: page.lines.map((line) => chatLineSchema.parse(line)) })).toEqual([
      {
        ...{ messageId: 7, writer: 'a1b2c3d4', name: 'Emmy Noether', role: 'student', text: 'Why?' },
        sentAt: new Date('2026-01-01T09:00:00Z'),
      },
      {
        ...{ messageId: 8, writer: 'a1b2c3d4', name: 'Emmy Noether', role: 'assistant', text: 'So.' },
        sentAt: new Date('2026-01-01T09:00:02Z'),
      },
    ]);
  });
});
