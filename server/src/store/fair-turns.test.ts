import { expect, it } from 'vitest';
import { fairTurns } from './fair-turns.ts';

it('lets the event loop go round once what it does has taken 8 ms, and keeps the order', async () => {
  let nowMs = 0;
  const inTurn = fairTurns(() => nowMs);
  const log: string[] = [];
  const goesRound = () => {
    log.push('round');
    if (log.length < 40) setImmediate(goesRound);
  };
  setImmediate(goesRound);
  const work = (name: string) =>
    inTurn(() => {
      nowMs += 5;
      log.push(name);
      return Promise.resolve(name);
    });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(await Promise.all(names.map(work))).toEqual(names);
  const order = log.slice(0, log.indexOf('g') + 1).join(' ');
  expect(order.replaceAll('round ', '')).toBe(names.join(' '));
  expect(order).toMatch(/a b (round )+c d (round )+e f (round )+g/);
});

it('goes on after what fails', async () => {
  const inTurn = fairTurns();
  const failing = inTurn(() => Promise.reject(new Error('on purpose')));
  const next = inTurn(() => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('on purpose');
  await expect(next).resolves.toBe('done');
});
