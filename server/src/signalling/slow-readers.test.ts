import { serverMessageSchema } from '@lectern/contracts';
import type { ServerMessage } from '@lectern/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeClock, somebody } from '../classroom/test-people.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { LOOK_MS, SlowReaders } from './slow-readers.ts';
import { SocketServer } from './socket-server.ts';
import { TestClassroom } from './test-classroom.ts';
import { CrowdPage, frameBytes } from './test-crowd.ts';
import { TestRawPage } from './test-raw-page.ts';
import { Unsent } from './unsent.ts';

const { unread } = DEFAULT_LIMITS.signallingLimits;
const MOST_UNSENT_BYTES = unread.bytes;

describe('a connection that takes less than it is sent', () => {
  function watched(limits = unread) {
    const clock = new FakeClock();
    const page = new CrowdPage(somebody('Sam'), false);
    const outbox = { leave: vi.fn() };
    const bring = vi.fn(() => Promise.resolve());
    const slow = new SlowReaders({
      ...{ limits, clock, outbox, bring, logger: pino({ level: 'silent' }) },
      seated: () => [page],
    });
    slow.close();
    const look = async (unsentBytes: number, afterMs = 1_000) => {
      clock.pass(afterMs);
      page.unsentBytes = unsentBytes;
      slow.look();
      await Promise.resolve();
      await Promise.resolve();
    };
    return { page, outbox, bring, look };
  }

  it('hears nothing more of the class until it has read, and is then shown where the class stands, once', async () => {
    const { page, outbox, bring, look } = watched();
    await look(MOST_UNSENT_BYTES);
    expect(outbox.leave).not.toHaveBeenCalled();
    await look(MOST_UNSENT_BYTES + 1);
    await look(100_000);
    expect([outbox.leave.mock.calls.length, bring.mock.calls.length]).toEqual([1, 0]);
    await look(0);
    await look(0);
    expect([bring.mock.calls.length, page.closed]).toEqual([1, false]);
    await look(MOST_UNSENT_BYTES + 1);
    expect(outbox.leave).toHaveBeenCalledTimes(2);
  });

  it('is broken off when it has not read after half a minute', async () => {
    const { page, bring, look } = watched();
    await look(MOST_UNSENT_BYTES + 1);
    await look(100_000, 29_000);
    expect(page.closed).toBe(false);
    await look(100_000);
    expect([page.closed, bring.mock.calls.length]).toEqual([true, 0]);
  });

  it('is slow, has read, and is broken off by what is set', async () => {
    const { page, outbox, bring, look } = watched({ bytes: 65_536, withinMs: 5_000 });
    await look(65_536);
    expect(outbox.leave).not.toHaveBeenCalled();
    await look(65_537);
    expect(outbox.leave).toHaveBeenCalledTimes(1);
    await look(4_097);
    expect(bring).not.toHaveBeenCalled();
    await look(4_096);
    expect(bring).toHaveBeenCalledTimes(1);
    await look(65_537);
    await look(65_537, 4_999);
    expect(page.closed).toBe(false);
    await look(65_537, 1);
    expect(page.closed).toBe(true);
  });
});

/** 64 KiB of chat. */
const LARGE: ServerMessage = {
  type: 'chat',
  at: 0,
  lines: Array.from({ length: 32 }, (_, index) => [index + 1, 0, 'a1b2c3d4', 'Emmy Noether', 'x'.repeat(2_000)]),
};
const LARGE_BYTES = frameBytes(LARGE);
const SAID_EVERY_MS = 50;
/** The bound, and what is said in the two looks until it is noticed. */
const MOST_HELD_BYTES = MOST_UNSENT_BYTES + (2 * LOOK_MS * LARGE_BYTES) / SAID_EVERY_MS;

describe('over real sockets', () => {
  let classroom: TestClassroom;
  const outboxOf = vi.spyOn(SocketServer.prototype, 'outboxOf');
  beforeAll(async () => {
    classroom = await TestClassroom.open();
  });
  afterAll(() => classroom.close());

  /** A live class with two pages down to the bytes, and a way to say something to all of it. */
  async function rawClass() {
    const { detail, instructor } = await classroom.liveClass([]);
    const sockets = outboxOf.mock.contexts.at(-1) as SocketServer;
    const pages: TestRawPage[] = [];
    for (const name of ['Slow', 'Quick']) {
      const page = new TestRawPage(classroom.url, await classroom.guestSeat(detail, name));
      await expect.poll(() => page.messages().some(({ type }) => type === 'snapshot')).toBe(true);
      pages.push(page);
    }
    const [slow, quick] = pages as [TestRawPage, TestRawPage];
    const sayToAll = () => {
      sockets.outboxOf(detail.classId).send('everyone', LARGE);
    };
    return { detail, instructor, slow, quick, sayToAll };
  }

  it('what is counted is what travels', async () => {
    const { instructor, quick, slow } = await rawClass();
    await instructor.ask('send-chat', { text: 'Grüß Gott, is the inverse unique?' });
    await instructor.ask('react', { reaction: 'clap' });
    for (const type of ['chat', 'reactions', 'counts-changed']) {
      await expect.poll(() => quick.messages().some((message) => message.type === type)).toBe(true);
    }
    for (const frame of quick.frames.filter((text) => text.startsWith('42'))) {
      const [, ...messages] = JSON.parse(frame.slice(2)) as [string, ...unknown[]];
      const parsed = messages.map((message) => serverMessageSchema.parse(message));
      expect(frameBytes(...parsed)).toBe(Buffer.byteLength(frame));
    }
    for (const page of [quick, slow]) page.close();
  });

  it('a page that stops reading costs the server a bounded buffer, and goes on from a snapshot', async () => {
    const { instructor, slow, quick, sayToAll } = await rawClass();
    instructor.close();
    slow.socket.pause();
    let heard = 0;
    quick.socket.on('data', () => {
      heard += quick.frames.splice(0).length;
    });
    const held = vi.spyOn(Unsent.prototype, 'bytes', 'get');
    let said = 0;
    const saying = setInterval(() => {
      sayToAll();
      said += 1;
    }, SAID_EVERY_MS);
    // Twice as much as the kernel takes for a page that does not read.
    await expect.poll(() => said * LARGE_BYTES, { timeout: 30_000, interval: 100 }).toBeGreaterThan(10_000_000);
    clearInterval(saying);
    await expect.poll(() => heard).toBeGreaterThanOrEqual(said);
    const looks = held.mock.results.length;
    await expect.poll(() => held.mock.results.length).toBeGreaterThan(looks + 4);
    const most = Math.max(...held.mock.results.map(({ value }) => value as number));
    expect([most > MOST_UNSENT_BYTES, most < MOST_HELD_BYTES]).toEqual([true, true]);
    slow.socket.resume();
    const seen = (type: string) => slow.messages().filter((message) => message.type === type).length;
    await expect.poll(() => seen('snapshot'), { timeout: 10_000 }).toBe(2);
    const chats = seen('chat');
    expect(chats).toBeLessThan(said);
    // From here on it hears the class again.
    sayToAll();
    await expect.poll(() => seen('chat')).toBe(chats + 1);
    for (const page of [quick, slow]) page.close();
  });

  it('a page that does not read while more waits than any page asks for is cut off, as by a lost network', async () => {
    const { detail, instructor, slow, quick, sayToAll } = await rawClass();
    instructor.close();
    slow.socket.pause();
    // Between two looks: what is found at the next one never comes to so much.
    vi.spyOn(SlowReaders.prototype, 'look').mockReturnValue(undefined);
    const present = () => classroom.live.summary().find(({ classId }) => classId === detail.classId)?.present;
    await expect.poll(present).toBe(2);
    const saying = setInterval(sayToAll, 5);
    await expect.poll(present, { timeout: 20_000 }).toBe(1);
    clearInterval(saying);
    slow.socket.resume();
    await expect.poll(() => slow.closed).toBe(true);
    expect([quick.closed, slow.frames.some((frame) => frame.includes('goodbye'))]).toEqual([false, false]);
    quick.close();
  });
});
