import type { ChatMessage } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { withBatch, withOlder } from './chat-lines.ts';

const line = (messageId: number): ChatMessage => ({
  messageId,
  from: { seatId: '00000000-0000-4000-8000-000000000001' as ChatMessage['from']['seatId'], name: 'A', role: 'student' },
  text: String(messageId),
  sentAt: '2026-01-01T00:00:00Z',
});
const ids = (lines: readonly ChatMessage[]) => lines.map(({ messageId }) => messageId);

describe('chat lines', () => {
  it('takes a batch once, and deletes what staff deleted', () => {
    const { lines, fresh } = withBatch([line(1), line(2)], [line(2), line(3)], [1]);
    expect(ids(lines)).toEqual([2, 3]);
    expect(ids(fresh)).toEqual([3]);
  });

  it('does not show a message that was written and deleted within one batch', () => {
    expect(ids(withBatch([], [line(4)], [4]).lines)).toEqual([]);
  });

  it('puts an older page in front, without doubles', () => {
    expect(ids(withOlder([line(3), line(4)], [line(1), line(2), line(3)]))).toEqual([1, 2, 3, 4]);
  });
});
