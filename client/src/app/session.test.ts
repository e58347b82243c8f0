import { accountSchema, seatSchema } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryStorage } from './test-storage.ts';

const ID = '0b0e7f5c-6f0e-4a86-9f0e-0a3f5b7d9c01';
const seat = seatSchema.parse({
  ...{ classId: ID, seatId: ID, seatSecret: 'a'.repeat(43), name: 'Ada', role: 'student' },
});
const account = accountSchema.parse({
  ...{ accountId: ID, email: 'ada@campus.test', name: 'Ada', roles: [], createdAt: '2026-11-23T08:00:00.000Z' },
});

const wentTo = vi.fn();
beforeEach(() => {
  wentTo.mockReset();
  vi.stubGlobal('location', { pathname: '/account', search: '' });
  vi.stubGlobal('history', { pushState: (_state: null, _title: string, to: string) => wentTo(to) as undefined });
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal('localStorage', new MemoryStorage());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function signedIn() {
  const { session } = await import('./session.svelte.ts');
  const { keepSeat } = await import('./seat-keeping.ts');
  session.account = account;
  keepSeat(seat);
  return session;
}

it.each(['erase', 'signOut'] as const)('%s forgets who was here, and every seat on this device', async (how) => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })));
  const session = await signedIn();
  await (how === 'erase' ? session.erase('a long enough password') : session.signOut());
  expect([session.account, localStorage.length]).toEqual([null, 0]);
  expect(wentTo).toHaveBeenCalledWith('/sign-in');
});

it('keeps all of it where the password was wrong', async () => {
  const refusal = { code: 'wrong-credentials', message: '' };
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(refusal, { status: 401 })));
  const session = await signedIn();
  await expect(session.erase('not the password')).rejects.toMatchObject({ code: 'wrong-credentials' });
  expect([session.account, localStorage.length]).toEqual([account, 1]);
});
