import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_MS, holdPlace, isHeldElsewhere, seatPlace, TEACHING } from './place-holding.ts';

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

const seat = (seatId: string) =>
  seatPlace({ classId: 'class-1', seatId } as unknown as Parameters<typeof seatPlace>[0]);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', PlayedChannel);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  expect(PlayedChannel.open.size).toBe(0);
});

const asked = (seatId: string): Promise<boolean> => askedFor(seat(seatId));

async function askedFor(place: string): Promise<boolean> {
  const answer = isHeldElsewhere(place);
  await vi.advanceTimersByTimeAsync(ANSWER_MS);
  return answer;
}

it('finds a seat that another page holds, until that page lets go', async () => {
  const letGo = holdPlace(seat('berta'));
  expect(await asked('berta')).toBe(true);
  letGo();
  expect(await asked('berta')).toBe(false);
});

it('lets somebody else in without a question, and two who ask at once', async () => {
  const letGo = holdPlace(seat('berta'));
  expect(await asked('carl')).toBe(false);
  letGo();
  expect(await Promise.all([asked('dora'), asked('dora')])).toEqual([false, false]);
});

it('knows of each page that somebody teaches in, until it is left', async () => {
  expect(await askedFor(TEACHING)).toBe(false);
  const leaveFirst = holdPlace(TEACHING);
  const leaveSecond = holdPlace(TEACHING);
  expect(await askedFor(TEACHING)).toBe(true);
  leaveFirst();
  expect(await askedFor(TEACHING)).toBe(true);
  leaveSecond();
  expect(await askedFor(TEACHING)).toBe(false);
});

it('asks nobody in a browser without such channels', async () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  for (const place of [seat('berta'), TEACHING]) {
    const leave = holdPlace(place);
    expect(await isHeldElsewhere(place)).toBe(false);
    leave();
  }
});
