import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';

const BATCH_MS = 250;
let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());

const chatOf = (page: TestPage) => page.log.flatMap((message) => (message.type === 'chat' ? message.messages : []));

describe('what goes out in batches', () => {
  it('brings every message once and in order, at most four times a second, however fast they are written', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B', 'C', 'D', 'E', 'F']);
    const startedMs = performance.now();
    const writes = students.flatMap((student) =>
      Array.from({ length: 4 }, (_, index) => student.ask('send-chat', { text: `${student.seat.name} ${index}` })),
    );
    const ids = (await Promise.all(writes)).map(({ messageId }) => messageId).sort((a, b) => a - b);
    await expect.poll(() => chatOf(instructor).length).toBe(24);
    const tookMs = performance.now() - startedMs;
    expect(ids).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    for (const page of [instructor, ...students]) {
      await expect.poll(() => chatOf(page).map(({ messageId }) => messageId)).toEqual(ids);
      expect(page.count('chat')).toBeLessThanOrEqual(Math.ceil(tookMs / BATCH_MS) + 1);
    }
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
    const { hands } = await instructor.saw('hands-changed', (message) => message.hands.count === 8);
    const batches = Math.ceil((performance.now() - startedMs) / BATCH_MS) + 1;
    for (const type of ['reactions', 'hands-changed'] as const)
      expect(instructor.count(type)).toBeLessThanOrEqual(batches);
    for (const [index, person] of (hands.order ?? []).entries()) {
      const page = students.find(({ seat }) => seat.seatId === person.seatId);
      await page?.saw('hands-changed', (message) => message.hands.myPlace === index + 1);
    }
    expect(instructor.log.slice(before).some(({ type }) => type === 'counts-changed')).toBe(false);
    await students[0]!.ask('lower-hand', {});
    await students[0]!.saw('hands-changed', (message) => message.hands.count === 7 && message.hands.myPlace === null);
  });

  it('students see no names of hands, and neither lanes nor pacing', async () => {
    const { instructor, students } = await classroom.liveClass(['A', 'B']);
    await students[0]!.ask('raise-hand', {});
    await instructor.saw('lanes', ({ participation }) => participation[0]?.hands === 1);
    expect(instructor.snapshot.participation).toEqual([]);
    const seen = students[1]!;
    await seen.saw('hands-changed', ({ hands }) => hands.count === 1);
    expect(seen.log.filter(({ type }) => type === 'lanes' || type === 'pacing')).toEqual([]);
    expect(seen.snapshot).toMatchObject({ events: null, participation: null, pacing: null, hands: { order: null } });
    const { hands } = await seen.saw('hands-changed');
    expect(hands.order).toBeNull();
  });
});

describe('the chat', () => {
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
    const { messages } = await student!.ask('page-chat', { beforeMessageId: null });
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
    const { messages } = await page.ask('page-chat', { beforeMessageId: null });
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
    await students[0]!.saw('chat', ({ deleted }) => deleted.includes(messageId));
    const rows = await classroom.database.query('select text from chat_message where class_id = $1', [detail.classId]);
    expect(rows).toEqual([{ text: '' }]);
    expect((await students[0]!.ask('page-chat', { beforeMessageId: null })).messages).toEqual([]);
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
    const { messages, more } = page.snapshot.chat;
    expect([messages[0]?.messageId, messages.length, more]).toEqual([71, 50, true]);
    const older = await page.ask('page-chat', { beforeMessageId: 71 });
    expect([older.messages[0]?.messageId, older.messages.length, older.more]).toEqual([21, 50, true]);
    const oldest = await page.ask('page-chat', { beforeMessageId: 21 });
    expect([oldest.messages[0]?.messageId, oldest.messages.length, oldest.more]).toEqual([1, 20, false]);
  });
});
