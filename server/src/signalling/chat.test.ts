import { Socket } from 'node:net';
import { chatLogOf, fromChatLines, missedIn, withChatBatch, withChatPage } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';

const BATCH_MS = 250;
/** How what socket.io sends begins: a message of engine.io, an event of socket.io. */
const EVENT = '42';
let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());

const chatOf = (page: TestPage) =>
  page.log.flatMap((message) => (message.type === 'chat' ? fromChatLines(message) : []));
const pageOf = async (page: TestPage, beforeMessageId: number | null = null) =>
  fromChatLines(await page.ask('page-chat', { beforeMessageId }));

describe('what goes out in batches', () => {
  it('brings what can be read once and in order, at most four times a second, however fast it is written', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B', 'C', 'D', 'E']);
    const startedMs = performance.now();
    const writes = students.flatMap((student) =>
      Array.from({ length: 4 }, (_, index) => student.ask('send-chat', { text: `${student.seat.name} ${index}` })),
    );
    const ids = (await Promise.all(writes)).map(({ messageId }) => messageId).sort((a, b) => a - b);
    await expect.poll(() => chatOf(instructor).length).toBe(20);
    const tookMs = performance.now() - startedMs;
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const page of [instructor, ...students]) {
      await expect.poll(() => chatOf(page).map(({ messageId }) => messageId)).toEqual(ids);
      expect(page.count('chat')).toBeLessThanOrEqual(Math.ceil(tookMs / BATCH_MS) + 1);
    }
  });

  it('is encoded once for all, down to the bytes that go to each socket', async () => {
    const { students } = await classroom.liveClass(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    const write = vi.spyOn(Socket.prototype, 'write');
    const text = 'What everybody hears is made once';
    await students[0]!.ask('send-chat', { text });
    for (const page of students) await page.saw('chat');
    const sent = write.mock.calls
      .map(([chunk]) => chunk)
      .filter((chunk) => Buffer.isBuffer(chunk) && chunk.indexOf(EVENT) === 0 && chunk.includes(text));
    write.mockRestore();
    // The students and the instructor. What the writer sent is masked, and what goes to the store is no event.
    expect(sent).toHaveLength(9);
    expect(new Set(sent).size).toBe(1);
  });

  it('sends the newest of what nobody could read, its own line to each writer, and everything to who pages', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    const writes = students.flatMap((student) =>
      Array.from({ length: 5 }, (_, index) => student.ask('send-chat', { text: `${student.seat.name} ${index}` })),
    );
    await Promise.all(writes);
    await expect.poll(() => chatOf(instructor).at(-1)?.messageId).toBe(40);
    let log = chatLogOf(instructor.snapshot.chat);
    for (const message of instructor.log) if (message.type === 'chat') ({ log } = withChatBatch(log, message));
    const missed = missedIn(log);
    expect(missed).toBeGreaterThanOrEqual(15);
    expect(log.lines.length + missed).toBe(40);
    for (const student of students) {
      const own = () => chatOf(student).filter(({ name }) => name === student.seat.name);
      await expect.poll(() => own().length).toBe(5);
    }
    log = withChatPage(log, 41, await instructor.ask('page-chat', { beforeMessageId: 41 }));
    expect([log.lines.map(({ messageId }) => messageId), missedIn(log)]).toEqual([
      Array.from({ length: 40 }, (_, index) => index + 1),
      0,
    ]);
  });

  it('counts reactions in tallies and hands in places, at most four times a second, and says nothing when nothing changes', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    // The last batch of the joining.
    await instructor.saw('counts-changed', ({ counts }) => counts.students === 8);
    const before = instructor.log.length;
    const startedMs = performance.now();
    await Promise.all(
      students.flatMap((student) => [
        student.ask('raise-hand', {}),
        ...Array.from({ length: 6 }, () => student.ask('react', { reaction: 'clap' })),
      ]),
    );
    const claps = () =>
      instructor.log.reduce((sum, message) => sum + (message.type === 'reactions' ? (message.tally.clap ?? 0) : 0), 0);
    await expect.poll(claps).toBe(48);
    await expect.poll(() => instructor.picture.hands.order?.length).toBe(8);
    const order = instructor.picture.hands.order ?? [];
    const batches = Math.ceil((performance.now() - startedMs) / BATCH_MS) + 1;
    for (const type of ['reactions', 'hands-changed', 'hands-moved'] as const)
      expect(instructor.count(type)).toBeLessThanOrEqual(batches);
    for (const [index, person] of order.entries()) {
      const page = students.find(({ seat }) => seat.seatId === person.seatId);
      await page?.saw('hand-place', ({ place }) => place === index + 1);
    }
    expect(instructor.log.slice(before).some(({ type }) => type === 'counts-changed')).toBe(false);
    await students[0]!.ask('lower-hand', {});
    await students[0]!.saw('hands-changed', ({ count }) => count === 7);
    await students[0]!.saw('hand-place', ({ place }) => place === null);
  });

  it('students see no names of hands, and neither lanes nor pacing', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B']);
    await students[0]!.ask('raise-hand', {});
    await instructor.saw('lanes', ({ participation }) => participation[0]?.hands === 1);
    expect(instructor.snapshot.participation).toEqual([]);
    const seen = students[1]!;
    await seen.saw('hands-changed', ({ count }) => count === 1);
    const ofStaff = ['lanes', 'pacing', 'hand-order', 'hand-place'];
    expect(seen.log.filter(({ type }) => ofStaff.includes(type))).toEqual([]);
    expect(seen.snapshot).toMatchObject({ events: null, participation: null, pacing: null, hands: { order: null } });
  });
});

describe('the chat', () => {
  it('takes no more lines of all students together than a class may write, and those of whoever teaches', async () => {
    const signalling = { ...DEFAULT_LIMITS.signallingLimits, chatLines: 1 };
    const small = await TestClassroom.open({ limits: { signalling } });
    try {
      const { instructor, students } = await small.liveClass(['A', 'B']);
      await instructor.ask('set-chat', { writers: 'staff', slowModeSeconds: 0 });
      // What is refused for another reason is none of them.
      expect(await students[1]!.refusal('send-chat', { text: 'one more' })).toBe('chat-closed');
      await instructor.ask('set-chat', { writers: 'everyone', slowModeSeconds: 0 });
      await students[0]!.ask('send-chat', { text: 'one' });
      expect(await students[1]!.raw({ type: 'send-chat', body: { text: 'one more' } })).toMatchObject({
        error: { code: 'chat-crowded', retryAfterMs: expect.any(Number) as number },
      });
      await instructor.ask('send-chat', { text: 'Please wait a moment' });
    } finally {
      await small.close();
    }
  });

  it('holds slow mode and the closed chat against students, with the time to wait', async () => {
    const { instructor, students } = await classroom.liveClass();
    const student = students[0]!;
    await instructor.ask('set-chat', { writers: 'everyone', slowModeSeconds: 600 });
    await student.saw('chat-settings', ({ settings }) => settings.slowModeSeconds === 600);
    await student.ask('send-chat', { text: 'once' });
    const answer = (await student.raw({ type: 'send-chat', body: { text: 'twice' } })) as {
      error: { code: string; retryAfterMs: number };
    };
    expect(answer.error.code).toBe('slow-mode');
    expect(answer.error.retryAfterMs).toBeGreaterThan(590_000);
    await instructor.ask('set-chat', { writers: 'staff', slowModeSeconds: 0 });
    expect(await student.refusal('send-chat', { text: 'hello?' })).toBe('chat-closed');
    await instructor.ask('send-chat', { text: 'quiet, please' });
  });

  it('posts a line once that is sent again because its answer was lost', async () => {
    const { instructor, students } = await classroom.liveClass();
    const line = { text: 'once', lineId: crypto.randomUUID() };
    const [student] = students;
    await instructor.ask('set-chat', { writers: 'everyone', slowModeSeconds: 600 });
    const first = await student!.ask('send-chat', line);
    expect(await student!.ask('send-chat', line)).toEqual(first);
    const messages = await pageOf(student!);
    expect(messages.map(({ text }) => text)).toEqual(['once']);
  });

  it('posts a line once that is sent again because its answer was lost with the server, a deleted one too', async () => {
    const { instructor, students } = await classroom.liveClass();
    const { seat } = students[0]!;
    const [kept, regretted] = ['kept', 'regretted'].map((text) => ({ text, lineId: crypto.randomUUID() }));
    const first = await students[0]!.ask('send-chat', kept!);
    const second = await students[0]!.ask('send-chat', regretted!);
    await instructor.ask('delete-chat', second);
    await classroom.stopServing();
    await classroom.startServing();
    const page = await classroom.connect(seat);
    expect(await page.ask('send-chat', kept!)).toEqual(first);
    expect(await page.ask('send-chat', regretted!)).toEqual(second);
    const messages = await pageOf(page);
    expect(messages.map(({ text }) => text)).toEqual(['kept']);
    // A line of somebody else is another one, whatever its page calls it.
    const { messageId } = await (await classroom.connect(instructor.seat)).ask('send-chat', kept!);
    expect(messageId).toBeGreaterThan(second.messageId);
  });

  it('deletes a message for everybody, and from the disk', async () => {
    const { detail, instructor, students } = await classroom.liveClass();
    const { messageId } = await students[0]!.ask('send-chat', { text: 'something to regret' });
    await students[0]!.saw('chat');
    await instructor.ask('delete-chat', { messageId });
    await students[0]!.saw('chat', ({ deleted }) => deleted?.includes(messageId) ?? false);
    const rows = await classroom.database.query('select text from chat_message where class_id = $1', [detail.classId]);
    expect(rows).toEqual([{ text: '' }]);
    expect(await pageOf(students[0]!)).toEqual([]);
  });

  it('pages back through what is older than the snapshot', async () => {
    const { detail, instructor } = await classroom.liveClass();
    await classroom.database.query(
      `insert into chat_message (class_id, message_id, seat_id, text, sent_at)
       select $1, n, $2, 'message ' || n, now() from generate_series(1, 120) n`,
      [detail.classId, instructor.seat.seatId],
    );
    await classroom.stopServing();
    await classroom.startServing();
    const page = await classroom.connect(instructor.seat);
    const { lines, last, more } = page.snapshot.chat;
    expect([lines[0]?.[0], lines.length, last, more]).toEqual([71, 50, 120, true]);
    const older = await page.ask('page-chat', { beforeMessageId: 71 });
    expect([older.lines[0]?.[0], older.lines.length, older.more]).toEqual([21, 50, true]);
    const oldest = await page.ask('page-chat', { beforeMessageId: 21 });
    expect([oldest.lines[0]?.[0], oldest.lines.length, oldest.more]).toEqual([1, 20, false]);
  });
});
