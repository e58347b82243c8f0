import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../classroom/clock.ts';
import { SignalLinks } from './signal-links.ts';
import type { SignalSlot } from './signal-links.ts';

let room: number;
let links: SignalLinks;
const seats = Array.from({ length: 8 }, () => seatIdSchema.parse(randomUUID()));
let opened: number[];
/** By seat, the slots that it got so far. */
let slots: SignalSlot[][];

function askFor(index: number): void {
  void links.turn(seats[index]!).then((slot) => {
    opened.push(index);
    (slots[index] ??= []).push(slot);
  });
}

function ask(count: number): void {
  for (let index = 0; index < count; index += 1) askFor(index);
}

beforeEach(() => {
  vi.useFakeTimers();
  room = 0;
  opened = [];
  slots = [];
  links = new SignalLinks({ clock: systemClock, hasRoom: (inTheMaking) => inTheMaking < room, holdMs: 4_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('opens a link at once while the door is quiet', async () => {
  room = 4;
  ask(2);
  await Promise.resolve();
  expect(opened).toEqual([0, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('opens those that wait once the door is quiet, in their order and so many at once, the next as each is up', async () => {
  ask(6);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(opened).toEqual([]);
  room = 2;
  await vi.advanceTimersByTimeAsync(50);
  expect(opened).toEqual([0, 1]);
  slots[1]![0]!.release();
  slots[1]![0]!.release();
  await vi.advanceTimersByTimeAsync(50);
  expect(opened).toEqual([0, 1, 2]);
});

it('goes on four seconds after a page that never connected its link', async () => {
  room = 1;
  ask(2);
  await vi.advanceTimersByTimeAsync(3_900);
  expect(opened).toEqual([0]);
  await vi.advanceTimersByTimeAsync(200);
  expect(opened).toEqual([0, 1]);
});

it('holds one for a seat, and frees it not by the link that it made before', async () => {
  room = 2;
  askFor(0);
  await vi.advanceTimersByTimeAsync(1_000);
  askFor(0);
  askFor(1);
  askFor(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(opened).toEqual([0, 0, 1]);
  // Its first transport closes as the second one opens.
  slots[0]![0]!.release();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(opened).toEqual([0, 0, 1]);
  slots[0]![1]!.release();
  await vi.advanceTimersByTimeAsync(50);
  expect(opened).toEqual([0, 0, 1, 2]);
});

it('holds up nobody twice for a seat whose link does not come up, however often it asks', async () => {
  room = 1;
  for (let second = 0; second < 4; second += 1) {
    askFor(0);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  askFor(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(opened).toEqual([0, 0, 0, 0, 1]);
  slots[1]![0]!.release();
  opened = [];
  askFor(0);
  await vi.advanceTimersByTimeAsync(6_900);
  askFor(2);
  await vi.advanceTimersByTimeAsync(200);
  expect(opened).toEqual([2, 0]);
  slots[2]![0]!.release();
  askFor(3);
  await vi.advanceTimersByTimeAsync(0);
  expect(opened).toEqual([2, 0, 3]);
  slots[3]![0]!.release();
  await vi.advanceTimersByTimeAsync(120_000);
  askFor(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(opened).toEqual([2, 0, 3, 0]);
});

it('lets nobody wait for more than seven seconds, however long people come in', async () => {
  ask(3);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(opened).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(opened).toEqual([0, 1, 2]);
  await vi.advanceTimersByTimeAsync(100);
  expect(vi.getTimerCount()).toBe(0);
});
