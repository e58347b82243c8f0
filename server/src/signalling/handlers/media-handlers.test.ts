import { randomUUID } from 'node:crypto';
import { LecternError, seatIdSchema } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../classroom/clock.ts';
import type { Participant } from '../participant.ts';
import { SignalLinks } from '../signal-links.ts';
import { receiveHandlers } from './media-handlers.ts';

/** What the media of the class answer: a bar, what opening comes to. */
const media = {
  checkBar: vi.fn<() => void>(),
  openTransport: vi.fn<(...asked: [SeatId, boolean, string, () => void]) => Promise<object>>(),
};
const barred = new LecternError('too-many', { retryAfterMs: 60_000 });
let room: number;
let signalLinks: SignalLinks;

/** A student of a live class who contributes asks for the signal's transport. */
function ask(): Promise<unknown> {
  const person = { seatId: seatIdSchema.parse(randomUUID()), name: 'Sam', role: 'student' as const };
  const yes = () => true;
  const participant = {
    person,
    connection: { closed: false },
    session: {
      media,
      parts: { signalLinks },
      seating: { isCurrent: yes },
      signals: { offered: yes },
      live: {
        state: { status: 'live', checkLive: () => undefined },
        stage: { isInvitedMember: () => false },
        contributions: { isGranted: yes },
      },
    },
  };
  return Promise.resolve(
    receiveHandlers['open-transport'](participant as unknown as Participant, { purpose: 'signal' }),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  room = 1;
  signalLinks = new SignalLinks({ clock: systemClock, hasRoom: (inTheMaking) => inTheMaking < room, holdMs: 4_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells a seat that is barred from the signal at once, whatever the door does', async () => {
  room = 0;
  media.checkBar.mockImplementation(() => {
    throw barred;
  });
  await expect(ask()).rejects.toBe(barred);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  [
    'at once',
    () => {
      throw barred;
    },
  ],
  ['later', () => Promise.reject(new LecternError('media-gone'))],
])('gives the turn to the next where the media refuse the link: %s', async (_, refuse) => {
  media.openTransport.mockImplementationOnce(refuse).mockResolvedValueOnce({});
  await expect(ask()).rejects.toThrow(LecternError);
  await expect(ask()).resolves.toEqual({});
});

it('gives the turn to the next as soon as the link is up', async () => {
  let isUp: () => void = () => undefined;
  media.openTransport.mockImplementationOnce((_, __, ___, onSettled) => {
    isUp = onSettled;
    return Promise.resolve({});
  });
  media.openTransport.mockResolvedValueOnce({});
  await ask();
  const next = ask();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(media.openTransport).toHaveBeenCalledTimes(1);
  isUp();
  await expect(next).resolves.toEqual({});
});
