import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EmptyRoom } from './empty-room.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells once, when the room was empty all the time', () => {
  const abandoned = vi.fn();
  const room = new EmptyRoom(1_000, abandoned);
  room.note(true);
  vi.advanceTimersByTime(900);
  room.note(true);
  vi.advanceTimersByTime(101);
  expect(abandoned).toHaveBeenCalledTimes(1);
});

it('tells again when it is asked to, unless somebody came meanwhile or it was closed', () => {
  const abandoned = vi.fn();
  const room = new EmptyRoom(1_000, abandoned);
  room.note(true);
  vi.advanceTimersByTime(1_000);
  room.tellAgain(500);
  vi.advanceTimersByTime(499);
  expect(abandoned).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(abandoned).toHaveBeenCalledTimes(2);
  room.tellAgain(500);
  room.note(false);
  room.tellAgain(500);
  vi.advanceTimersByTime(5_000);
  expect(abandoned).toHaveBeenCalledTimes(2);
});

it('begins anew when somebody comes, and tells nothing once it is closed', () => {
  const abandoned = vi.fn();
  const room = new EmptyRoom(1_000, abandoned);
  room.note(true);
  vi.advanceTimersByTime(900);
  room.note(false);
  vi.advanceTimersByTime(5_000);
  room.note(true);
  vi.advanceTimersByTime(900);
  room.close();
  vi.advanceTimersByTime(5_000);
  expect(abandoned).not.toHaveBeenCalled();
});
