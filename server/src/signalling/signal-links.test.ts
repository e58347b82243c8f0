import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../classroom/clock.ts';
import { SignalLinks } from './signal-links.ts';

let room: number;
let links: SignalLinks;
const seats = Array.from({ length: 8 }, () => seatIdSchema.parse(randomUUID()));
let opened: number[];

function ask(count: number): void {
  for (const [index, seatId] of seats.slice(0, count).entries()) void links.turn(seatId).then(() => opened.push(index));
}

beforeEach(() => {
  vi.useFakeTimers();
  room = 0;
  opened = [];
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
  links.settled(seats[1]!);
  links.settled(seats[1]!);
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

it('lets nobody wait for more than seven seconds, however long people come in', async () => {
  ask(3);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(opened).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(opened).toEqual([0, 1, 2]);
  await vi.advanceTimersByTimeAsync(100);
  expect(vi.getTimerCount()).toBe(0);
});
