import { LecternError, type Account, type ClassDetail, type ErrorCode, type Seat } from '@lectern/contracts';
import { describe, expect, it, vi } from 'vitest';
import { keepJoinCode } from '../app/seat-keeping.ts';
import { readClass, takeSeat } from '../http/api.ts';
import { OfflineError } from '../http/offline-error.ts';
import { guestIsRemoved, joinCodeIn, joinCodeOf, knockAgainMs, retakeSeat, shutDoor } from './entering.ts';

vi.mock(import('../http/api.ts'), async (original) => ({
  ...(await original()),
  takeSeat: vi.fn(),
  readClass: vi.fn(),
}));

describe('retakeSeat', () => {
  const refuse = (code: ErrorCode): void => {
    keepJoinCode('a class', 'abcd-efgh-ijkl');
    vi.mocked(takeSeat).mockRejectedValueOnce(new LecternError(code));
  };

  it.each(['class-ended', 'removed', 'unavailable'] as const)('says what is so of the class: %s', async (code) => {
    refuse(code);
    await expect(retakeSeat('a class')).rejects.toMatchObject({ code });
  });

  it.each(['bad-request', 'link-wrong'] as const)('finds none where nobody has a right to one: %s', async (code) => {
    refuse(code);
    expect(await retakeSeat('a class')).toBeNull();
  });
});

describe('joinCodeOf', () => {
  const ada = () => Promise.resolve({ name: 'Ada' } as Account);

  it('leads whoever teaches the class to its door, and asks for nobody who is not signed in', async () => {
    vi.mocked(readClass).mockResolvedValue({ joinCode: 'abcd-efgh-ijkl' } as ClassDetail);
    expect(await joinCodeOf('a class', () => Promise.resolve(null))).toBeNull();
    expect(readClass).not.toHaveBeenCalled();
    expect(await joinCodeOf('a class', ada)).toBe('abcd-efgh-ijkl');
    expect(readClass).toHaveBeenLastCalledWith('a class');
  });

  it.each([new LecternError('not-found'), new OfflineError()])(
    'knows no way where there is none: $message',
    async (no) => {
      vi.mocked(readClass).mockRejectedValueOnce(no);
      expect(await joinCodeOf('a class', ada)).toBeNull();
    },
  );
});

describe('guestIsRemoved', () => {
  const seat = { seatId: 'a seat', seatSecret: 'its secret' } as Seat;

  it('asks with the kept seat, and takes no other answer for a removal', async () => {
    vi.mocked(takeSeat).mockResolvedValueOnce(seat);
    expect(await guestIsRemoved('abcd-efgh-ijkl', seat)).toBe(false);
    expect(takeSeat).toHaveBeenLastCalledWith('abcd-efgh-ijkl', { keep: { ...seat } });
    vi.mocked(takeSeat).mockRejectedValueOnce(new LecternError('removed'));
    expect(await guestIsRemoved('abcd-efgh-ijkl', seat)).toBe(true);
    for (const other of [new LecternError('seat-wrong'), new OfflineError()]) {
      vi.mocked(takeSeat).mockRejectedValueOnce(other);
      expect(await guestIsRemoved('abcd-efgh-ijkl', seat)).toBe(false);
    }
  });
});

describe('joinCodeIn', () => {
  it.each([
    ['abcd-efgh-ijkl', 'abcd-efgh-ijkl'],
    ['  ABCD-EFGH-IJKL ', 'abcd-efgh-ijkl'],
    ['abcdefghijkl', 'abcd-efgh-ijkl'],
    ['https://lectern.example/c/abcd-efgh-ijkl', 'abcd-efgh-ijkl'],
    ['Come to http://localhost:8080/c/a1b2-c3d4-e5f6?x=1 at nine', 'a1b2-c3d4-e5f6'],
  ])('reads %j', (text, code) => {
    expect(joinCodeIn(text)).toBe(code);
  });

  it.each(['', 'hello', 'abcd-efgh', 'abcd-efgh-ijklm', 'https://lectern.example/'])('finds none in %j', (text) => {
    expect(joinCodeIn(text)).toBeNull();
  });
});

describe('knockAgainMs', () => {
  it('waits what the server says, spread by up to half', () => {
    const full = new LecternError('class-full', { retryAfterMs: 2000 });
    expect(knockAgainMs('class-full', full, () => 0)).toBe(2000);
    expect(knockAgainMs('class-full', full, () => 1)).toBe(3000);
  });

  it.each([
    ['class-full', 5000],
    ['too-many', 5000],
    ['class-locked', 10_000],
  ] as const)('waits, where the server says nothing, at %s %d ms', (door, waitMs) => {
    expect(knockAgainMs(door, new LecternError(door), () => 0)).toBe(waitMs);
  });
});

describe('shutDoor', () => {
  it.each(['class-full', 'too-many', 'class-locked'] as const)('is one that opens by itself: %s', (code) => {
    expect(shutDoor(new LecternError(code), null)).toBe(code);
  });

  it.each([new OfflineError(new Error('away')), new LecternError('unavailable'), new LecternError('internal')])(
    'stays what it was when the knock was not heard: $message',
    (error) => {
      expect(shutDoor(error, 'class-locked')).toBe('class-locked');
      expect(shutDoor(error, null)).toBeNull();
    },
  );

  it.each(['removed', 'class-ended', 'guests-not-allowed', 'link-wrong'] as const)(
    'is none where knocking again changes nothing: %s',
    (code) => {
      expect(shutDoor(new LecternError(code), 'class-locked')).toBeNull();
    },
  );
});
