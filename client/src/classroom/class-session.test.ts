import type { Seat } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { ClassSession } from './class-session.svelte.ts';

const seat = {
  classId: '00000000-0000-4000-8000-000000000001',
  seatId: '00000000-0000-4000-8000-000000000002',
  seatSecret: 'secret',
  name: 'Berta',
  role: 'student',
} as unknown as Seat;

it('is over at the click on leave, whatever the server answers', () => {
  const session = new ClassSession({ seat, signallingUrl: 'http://127.0.0.1:1' });
  session.leave();
  expect(session.connection).toEqual({ kind: 'ended', reason: 'left' });
});
