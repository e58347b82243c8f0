import { describe, expect, it } from 'vitest';
import { Chat, RECENT_CHAT_MESSAGES } from './chat.ts';
import { EMPTY_CLASS, FakeClock, somebody } from './test-people.ts';

function newChat() {
  const clock = new FakeClock();
  return { clock, chat: new Chat(EMPTY_CLASS.chat, clock) };
}
const sam = somebody('Sam');
const teacher = somebody('Ada', 'instructor');

describe('the chat', () => {
  it('numbers messages in the order of arrival, from 1', () => {
    const { chat } = newChat();
    expect([chat.post(sam, 'a'), chat.post(teacher, 'b')].map(({ messageId }) => messageId)).toEqual([1, 2]);
  });

  it('in slow mode says how long to wait, and lets through when the time is over; staff do not wait', () => {
    const { chat, clock } = newChat();
    chat.setSettings({ writers: 'everyone', slowModeSeconds: 10 });
    chat.post(sam, 'first');
    clock.pass(4_000);
    expect(() => chat.post(sam, 'too soon')).toThrow(
      expect.objectContaining({ code: 'slow-mode', retryAfterMs: 6_000 }) as Error,
    );
    chat.post(teacher, 'one');
    chat.post(teacher, 'two');
    clock.pass(6_000);
    expect(chat.post(sam, 'second').messageId).toBe(4);
  });

  it('slow mode cannot be escaped by leaving and coming back', () => {
    const { chat, clock } = newChat();
    chat.setSettings({ writers: 'everyone', slowModeSeconds: 10 });
    chat.post(sam, 'first');
    chat.forget(sam.seatId);
    expect(() => chat.post(sam, 'again')).toThrow(expect.objectContaining({ code: 'slow-mode' }) as Error);
    clock.pass(10_000);
    chat.forget(sam.seatId);
    expect(() => chat.post(sam, 'again')).not.toThrow();
  });

  it('closed to students, stays open to staff', () => {
    const { chat } = newChat();
    chat.setSettings({ writers: 'staff', slowModeSeconds: 0 });
    expect(() => chat.post(sam, 'hello')).toThrow(expect.objectContaining({ code: 'chat-closed' }) as Error);
    expect(() => chat.post(teacher, 'hello')).not.toThrow();
  });

  it('deletes for everybody, tells it, and does not give the number out again', () => {
    const { chat } = newChat();
    const deleted: number[] = [];
    chat.on('deleted', (messageId) => deleted.push(messageId));
    chat.post(sam, 'a');
    chat.delete(1);
    expect([deleted, chat.newest(9).messages, chat.post(sam, 'b').messageId]).toEqual([[1], [], 2]);
    expect(() => chat.delete(99)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
  });

  it('deletes all that one seat wrote, older messages by their numbers, and tells each once', () => {
    const { chat } = newChat();
    for (const from of [sam, teacher, sam]) chat.post(from, 'a');
    const deleted: number[] = [];
    chat.on('deleted', (messageId) => deleted.push(messageId));
    chat.deleteFrom(sam.seatId, [1]);
    expect([deleted, chat.newest(9).messages.map(({ messageId }) => messageId)]).toEqual([[1, 3], [2]]);
  });

  it('says that there are older ones only where there are', () => {
    const { chat } = newChat();
    for (const text of ['a', 'b', 'c']) chat.post(sam, text);
    chat.delete(1);
    expect([chat.newest(2).more, chat.newest(1).more]).toEqual([false, true]);
    chat.deleteFrom(sam.seatId, []);
    expect(chat.newest(9)).toEqual({ messages: [], more: false });
  });

  it('keeps the newest in memory, and says that there are older ones', () => {
    const { chat } = newChat();
    for (let sent = 0; sent < RECENT_CHAT_MESSAGES + 5; sent += 1) chat.post(teacher, String(sent));
    const { messages, more } = chat.newest(1_000);
    expect([messages.length, messages[0]?.messageId, more]).toEqual([RECENT_CHAT_MESSAGES, 6, true]);
  });
});
