import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_MS, holdSeat, isHeldElsewhere } from './seat-holding.ts';

/** A browser's channel: everybody but the sender hears it, at once. */
class PlayedChannel {
  static readonly open = new Set<PlayedChannel>();
  readonly name: string;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(name: string) {
    this.name = name;
    PlayedChannel.open.add(this);
  }
  postMessage(data: unknown): void {
    for (const other of PlayedChannel.open) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }
  close(): void {
    PlayedChannel.open.delete(this);
  }
}

const seat = (seatId: string) => ({ classId: 'class-1', seatId }) as unknown as Parameters<typeof holdSeat>[0];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', PlayedChannel);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  expect(PlayedChannel.open.size).toBe(0);
});

async function asked(seatId: string): Promise<boolean> {
  const answer = isHeldElsewhere(seat(seatId));
  await vi.advanceTimersByTimeAsync(ANSWER_MS);
  return answer;
}

it('finds a seat that another page holds, until that page lets go', async () => {
  const letGo = holdSeat(seat('berta'));
  expect(await asked('berta')).toBe(true);
  letGo();
  expect(await asked('berta')).toBe(false);
});

it('lets somebody else in without a question, and two who ask at once', async () => {
  const letGo = holdSeat(seat('berta'));
  expect(await asked('carl')).toBe(false);
  letGo();
  expect(await Promise.all([asked('dora'), asked('dora')])).toEqual([false, false]);
});

it('asks nobody in a browser without such channels', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  expect(await isHeldElsewhere(seat('berta'))).toBe(false);
  holdSeat(seat('berta'))();
});
