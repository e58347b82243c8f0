import { describe, expect, it } from 'vitest';
import { toChatLines } from './chat.ts';
import { chatLogOf, missedBefore, missedIn, withChatBatch, withChatPage } from './chat-log.ts';
import type { ChatLog } from './chat-log.ts';
import { seatIdSchema } from './identity.ts';

const seatId = seatIdSchema.parse('00000000-0000-4000-8000-000000000001');
const page = (...messageIds: number[]) =>
  toChatLines(
    messageIds.map((messageId) => ({
      messageId,
      from: { seatId, name: 'A', role: 'student' as const },
      text: String(messageId),
      sentAt: new Date('2026-01-01T00:00:00Z'),
    })),
  );
const logOf = (last: number, ...messageIds: number[]): ChatLog =>
  chatLogOf({ ...page(...messageIds), last, more: false });
const ids = ({ lines }: ChatLog) => lines.map(({ messageId }) => messageId);

describe('the chat that a page holds', () => {
  it('takes a batch once, and deletes what staff deleted', () => {
    const { log, fresh } = withChatBatch(logOf(2, 1, 2), { ...page(2, 3), deleted: [1] });
    expect([ids(log), fresh.map(({ messageId }) => messageId)]).toEqual([[2, 3], [3]]);
  });

  it('does not show a message that was written and deleted within one batch', () => {
    expect(ids(withChatBatch(logOf(0), { ...page(4), deleted: [4] }).log)).toEqual([]);
  });

  it('counts what was more than is sent out, deleted lines aside, and finds it by paging, in order', () => {
    const { log } = withChatBatch(logOf(3, 1, 3), { ...page(9, 10), deleted: [6] });
    expect([ids(log), missedBefore(log, 2), missedIn(log)]).toEqual([[1, 3, 9, 10], 4, 4]);
    const half = withChatPage(log, 9, { ...page(7, 8), more: true });
    expect([ids(half), missedBefore(half, 2)]).toEqual([[1, 3, 7, 8, 9, 10], 2]);
    const whole = withChatPage(half, 7, { ...page(1, 3, 4, 5), more: false });
    expect([ids(whole), missedIn(whole)]).toEqual([[1, 3, 4, 5, 7, 8, 9, 10], 0]);
  });

  it('takes numbers that a page does not have for deleted', () => {
    const { log } = withChatBatch(logOf(1, 1), page(5));
    expect(missedIn(withChatPage(log, 5, { ...page(1, 3), more: false }))).toBe(0);
  });

  it('puts an older page in front, without doubles', () => {
    const log = withChatPage({ ...logOf(4, 3, 4), more: true }, 3, { ...page(1, 2, 3), more: true });
    expect([ids(log), log.from, log.more]).toEqual([[1, 2, 3, 4], 1, true]);
  });

  it('does not bring back a line that was deleted while its page was on the way', () => {
    const { log } = withChatBatch({ ...logOf(9, 8, 9), more: true }, { ...page(), deleted: [5] });
    expect(ids(withChatPage(log, 8, { ...page(5, 6, 7), more: false }))).toEqual([6, 7, 8, 9]);
  });

  it('lets go of the older half past two thousand lines, which can be paged again', () => {
    const many = Array.from({ length: 2000 }, (_, index) => index + 1);
    const { log } = withChatBatch(logOf(2000, ...many), page(2001));
    expect([log.lines.length, log.from, log.more, missedIn(log)]).toEqual([1000, 1002, true, 0]);
  });
});
