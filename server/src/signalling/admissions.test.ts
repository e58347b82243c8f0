import { randomUUID } from 'node:crypto';
import { classIdSchema, seatIdSchema } from '@lectern/contracts';
import type { SeatId, ServerMessage } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../classroom/clock.ts';
import type { AdmissionRank } from './admission-queue.ts';
import { Admissions } from './admissions.ts';
import type { Slot } from './admissions.ts';
import type { Connection } from './connection.ts';

const [classId, another] = [classIdSchema.parse(randomUUID()), classIdSchema.parse(randomUUID())];

/** A page in front of the door, and what it was told. */
class Page {
  readonly told: ServerMessage[] = [];
  ended = false;
  slot: Slot | null | undefined;
  readonly connection: Connection;
  readonly seatId: SeatId;
  readonly pageId: string | null;
  readonly #door: Admissions;

  constructor(
    door: Admissions,
    seatId = seatIdSchema.parse(randomUUID()),
    pageId: string | null = randomUUID(),
    ofClass = classId,
    rank: AdmissionRank = 'new',
    isInside = false,
  ) {
    this.#door = door;
    this.seatId = seatId;
    this.pageId = pageId;
    const send = (message: ServerMessage) => this.told.push(message);
    const end = () => (this.ended = true);
    this.connection = { connectionId: randomUUID(), closed: false, unsentBytes: 0, send, end, breakOff: end };
    void door
      .turn({ classId: ofClass, seatId, rank, pageId, connection: this.connection, inside: isInside })
      .then((slot) => (this.slot = slot));
  }

  get places(): number[] {
    return this.told.flatMap((message) => (message.type === 'waiting' ? [message.place] : []));
  }

  close(): void {
    this.#door.gone(this.connection.connectionId, this.seatId);
  }
}

const open = (atOnce: number, holdMs = 4_000) =>
  new Admissions({ clock: systemClock, bounds: { least: atOnce, first: atOnce, most: atOnce }, holdMs });
const inside = (pages: readonly Page[]) => pages.filter(({ slot }) => slot !== undefined && slot !== null).length;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a slot', () => {
  it('lets the next one in when its media run, when its page goes, when it is given back, and once', async () => {
    const door = open(1);
    const pages = Array.from({ length: 5 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(10);
    expect(inside(pages)).toBe(1);
    door.settled(pages[0]?.seatId ?? fail());
    await vi.advanceTimersByTimeAsync(10);
    expect(inside(pages)).toBe(2);
    pages[1]?.close();
    await vi.advanceTimersByTimeAsync(10);
    expect(inside(pages)).toBe(3);
    pages[2]?.slot?.release();
    pages[2]?.slot?.release();
    door.settled(pages[2]?.seatId ?? fail());
    await vi.advanceTimersByTimeAsync(10);
    expect(inside(pages)).toBe(4);
    expect(door.figures()).toEqual({ waiting: 1, entering: 1, atOnce: 1, letInPerSecond: 0 });
  });

  it('ends by itself where the page never opens its media', async () => {
    const door = open(1);
    const pages = [new Page(door), new Page(door)];
    await vi.advanceTimersByTimeAsync(3_900);
    expect(inside(pages)).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(inside(pages)).toBe(2);
    await vi.advanceTimersByTimeAsync(4_200);
    expect(door.figures()).toEqual({ waiting: 0, entering: 0, atOnce: 1, letInPerSecond: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is had at once while there is room, without a word of waiting', async () => {
    const door = open(400);
    const pages = Array.from({ length: 12 }, () => new Page(door));
    await Promise.resolve();
    expect(inside(pages)).toBe(12);
    await vi.advanceTimersByTimeAsync(200);
    expect(pages.flatMap(({ told }) => told)).toEqual([]);
  });

  it('is given to no more than some in one turn of the event loop', async () => {
    const door = open(400);
    const pages = Array.from({ length: 40 }, () => new Page(door));
    await Promise.resolve();
    expect(inside(pages)).toBe(16);
    await vi.advanceTimersByTimeAsync(5);
    expect(inside(pages)).toBe(40);
  });
});

describe('how many are on their way in at once', () => {
  const paced = () =>
    new Admissions({ clock: systemClock, bounds: { least: 24, first: 48, most: 192 }, holdMs: 4_000 });

  it('falls to the least while a full worker gives nobody media, and rises by steps once it does', async () => {
    const door = paced();
    const pages = Array.from({ length: 1_000 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(3_900);
    expect(door.figures().atOnce).toBe(192);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(door.figures().atOnce).toBe(24);
    for (const page of pages) if (page.slot) door.settled(page.seatId);
    expect(door.figures().atOnce).toBe(31);
  });

  it('does not fall for seats that opened no media before, nor for pages that go', async () => {
    const door = paced();
    const idle = Array.from({ length: 48 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(4_500);
    expect(idle.every(({ seatId }) => door.hasIdled(seatId))).toBe(true);
    const again = idle.map(({ seatId }) => new Page(door, seatId));
    const gone = Array.from({ length: 40 }, () => new Page(door));
    const waiting = Array.from({ length: 400 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(1_000);
    for (const page of gone) page.close();
    await vi.advanceTimersByTimeAsync(2_800);
    for (const page of waiting) if (page.slot) door.settled(page.seatId);
    const { atOnce } = door.figures();
    expect(atOnce).toBe(192);
    await vi.advanceTimersByTimeAsync(300);
    expect(inside(again)).toBe(48);
    expect(door.figures().atOnce).toBe(192);
  });
});

describe('the door', () => {
  it('is not quiet while a quarter comes in, and none of those counts who came in before without opening their media', async () => {
    const door = open(48);
    const idle = Array.from({ length: 12 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(0);
    expect([inside(idle), door.isQuietBeside(0)]).toEqual([12, false]);
    await vi.advanceTimersByTimeAsync(4_200);
    const again = idle.map(({ seatId }) => new Page(door, seatId));
    await vi.advanceTimersByTimeAsync(0);
    expect([inside(again), door.figures().entering]).toEqual([12, 12]);
    expect([door.isQuietBeside(11), door.isQuietBeside(12)]).toEqual([true, false]);
    const others = Array.from({ length: 12 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(0);
    expect([inside(others), door.isQuietBeside(0)]).toEqual([12, false]);
  });
});

describe('who waits', () => {
  it('is told the place soon, then at most once a second and only when it or the estimate changed', async () => {
    const door = open(1);
    const pages = Array.from({ length: 4 }, () => new Page(door));
    const last = pages[3] ?? fail();
    await vi.advanceTimersByTimeAsync(100);
    expect(last.told).toEqual([{ type: 'waiting', place: 3, estimateMs: null }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(last.places).toEqual([3]);
    door.settled(pages[0]?.seatId ?? fail());
    await vi.advanceTimersByTimeAsync(50);
    door.settled(pages[1]?.seatId ?? fail());
    await vi.advanceTimersByTimeAsync(1_100);
    expect(last.places).toEqual([3, 1]);
    const [, second] = last.told;
    const estimateMs = second?.type === 'waiting' ? second.estimateMs : null;
    expect(estimateMs).toBeGreaterThan(500);
    expect(estimateMs).toBeLessThan(3_500);
  });

  it('is told another estimate while the place stays, once it is known and when the door stalls', async () => {
    const door = open(1, 60_000);
    const pages = Array.from({ length: 10 }, () => new Page(door));
    const last = pages[9] ?? fail();
    await vi.advanceTimersByTimeAsync(100);
    expect(last.told).toEqual([{ type: 'waiting', place: 9, estimateMs: null }]);
    // Staff come and go in front, so that the place is the same when it is told again.
    const staff = new Page(door, undefined, undefined, undefined, 'staff');
    door.settled(pages[0]?.seatId ?? fail());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(inside([staff])).toBe(1);
    expect(last.places).toEqual([9, 9]);
    // Nobody opens media any more.
    await vi.advanceTimersByTimeAsync(20_000);
    const told = last.told.slice(1).map((message) => (message.type === 'waiting' ? message.estimateMs : NaN));
    const known = told.flatMap((estimateMs) => estimateMs ?? []);
    // From some ten seconds to ninety while one came in within the last ten, told once a second; then nothing is known.
    expect(known.map((estimateMs) => Math.ceil(estimateMs / 10_000))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
    expect(told.at(-1)).toBeNull();
    expect(new Set(last.places)).toEqual(new Set([9]));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(last.told).toHaveLength(1 + told.length);
  });

  it('costs a bounded number of messages however many they are', async () => {
    const door = open(1);
    const pages = Array.from({ length: 1_900 }, () => new Page(door));
    await vi.advanceTimersByTimeAsync(1_000);
    const told = () => pages.reduce((sum, page) => sum + page.told.length, 0);
    expect(told()).toBe(1_200);
    await vi.advanceTimersByTimeAsync(600);
    expect(told()).toBe(1_899);
  });

  it('gives the place over to another page of the seat, which is told so; the same page comes back without a word', async () => {
    const door = open(1);
    new Page(door);
    const first = new Page(door);
    const before = new Page(door);
    const again = new Page(door, before.seatId, before.pageId);
    const other = new Page(door, before.seatId);
    await vi.advanceTimersByTimeAsync(100);
    expect([before.ended, before.told, before.slot]).toEqual([true, [], null]);
    expect([again.ended, again.told, again.slot]).toEqual([true, [{ type: 'goodbye', reason: 'taken-over' }], null]);
    expect([first.places, other.places]).toEqual([[1], [2]]);
    before.close();
    expect(door.isWaiting(before.seatId)).toBe(true);
  });

  it('is counted by class, from the knock until the turn or the end of the connection', async () => {
    const door = open(1);
    const first = new Page(door);
    const waiting = [new Page(door), new Page(door), new Page(door, undefined, undefined, another)];
    await vi.advanceTimersByTimeAsync(10);
    expect(Object.fromEntries(door.waitingByClass())).toEqual({ [classId]: 2, [another]: 1 });
    door.settled(first.seatId);
    await vi.advanceTimersByTimeAsync(10);
    waiting[2]?.close();
    expect(Object.fromEntries(door.waitingByClass())).toEqual({ [classId]: 1 });
    expect(door.figures().waiting).toBe(1);
  });

  it('of somebody inside who waits for a link is told nobody and counted at no door', async () => {
    const door = open(1);
    const first = new Page(door);
    const [linkless, late] = [new Page(door, undefined, undefined, classId, 'returning', true), new Page(door)];
    await vi.advanceTimersByTimeAsync(1_500);
    expect([linkless.told, late.places, door.waitingByClass().get(classId)]).toEqual([[], [2], 1]);
    door.settled(first.seatId);
    await vi.advanceTimersByTimeAsync(10);
    expect([inside([linkless, late]), door.isComingIn(linkless.seatId)]).toEqual([1, true]);
  });

  it('is asked for anew by a page whose media went while it waited, which stays connected', async () => {
    const door = open(1);
    const first = new Page(door);
    const page = new Page(door, undefined, undefined, classId, 'returning', true);
    const { seatId, pageId, connection } = page;
    const again = door.turn({ classId, seatId, pageId, connection, rank: 'returning', inside: true });
    await vi.advanceTimersByTimeAsync(10);
    expect([page.slot, page.ended, page.told]).toEqual([null, false, []]);
    door.settled(first.seatId);
    await vi.advanceTimersByTimeAsync(10);
    expect(door.isComingIn(page.seatId)).toBe(true);
    await expect(again).resolves.not.toBeNull();
  });

  it('belongs to who comes to the door with a seat, and not to who sits on it', async () => {
    const door = open(1);
    const first = new Page(door);
    const phone = new Page(door);
    const laptop = new Page(door, phone.seatId, undefined, classId, 'returning', true);
    await vi.advanceTimersByTimeAsync(10);
    expect([laptop.slot, laptop.ended, phone.ended]).toEqual([null, false, false]);
    door.settled(first.seatId);
    await vi.advanceTimersByTimeAsync(10);
    expect(inside([phone])).toBe(1);
  });

  it('goes to another page of the seat at the door from one inside, which stays until that one sits', async () => {
    const door = open(1);
    const first = new Page(door);
    const laptop = new Page(door, undefined, undefined, classId, 'returning', true);
    const phone = new Page(door, laptop.seatId);
    await vi.advanceTimersByTimeAsync(10);
    expect([laptop.slot, laptop.ended, laptop.told]).toEqual([null, false, []]);
    door.settled(first.seatId);
    await vi.advanceTimersByTimeAsync(10);
    expect(inside([phone])).toBe(1);
  });

  it('waits no more once the class is over', async () => {
    const door = open(1);
    const pages = [new Page(door), new Page(door)];
    door.closeClass(classId);
    await vi.advanceTimersByTimeAsync(10);
    expect(pages[1]?.slot).toBeNull();
    expect(door.figures().waiting).toBe(0);
  });
});

function fail(): never {
  throw new Error('there is no such page');
}
