import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { ClassDoor } from './class-door.ts';

const seatId = seatIdSchema.parse(randomUUID());

it('knows the page that has a seat again, and sends away those that had it before', () => {
  const door = new ClassDoor();
  expect([door.enter(seatId, 'a'), door.enter(seatId, 'a'), door.enter(seatId, 'b')]).toEqual([false, true, false]);
  expect([door.refusal(seatId, 'a', 0), door.refusal(seatId, 'b', 0), door.refusal(seatId, 'c', 0)]).toEqual([
    'taken-over',
    null,
    null,
  ]);
});

it('takes a page that does not say which it is for another one each time', () => {
  const door = new ClassDoor();
  expect([door.enter(seatId, null), door.enter(seatId, null)]).toEqual([false, false]);
  expect(door.refusal(seatId, null, 0)).toBeNull();
});

it('forgets the oldest of very many pages', () => {
  const door = new ClassDoor();
  for (let page = 0; page < 20; page += 1) door.enter(seatId, String(page));
  expect([door.refusal(seatId, '0', 0), door.refusal(seatId, '18', 0)]).toEqual([null, 'taken-over']);
});

it('lets nobody in on a seat that was dismissed', () => {
  const door = new ClassDoor();
  door.enter(seatId, 'a');
  door.dismiss(seatId, 'removed');
  expect([door.refusal(seatId, 'a', 0), door.refusal(seatId, null, 0)]).toEqual(['removed', 'removed']);
});

it('sends away whoever knocked with the secret from before the seat was shut, and lets in whoever knocks after', () => {
  const door = new ClassDoor();
  door.shut(seatId, 100);
  expect([door.refusal(seatId, 'a', 99), door.refusal(seatId, 'a', 101)]).toEqual(['signed-out', null]);
});
