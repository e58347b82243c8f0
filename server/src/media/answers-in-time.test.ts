import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AnswersInTime } from './answers-in-time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Asked {
  readonly name: string;
}

it('waits a second at most, and asks nobody again who has not answered yet', async () => {
  const [quick, frozen]: Asked[] = [{ name: 'quick' }, { name: 'frozen' }];
  const answers = new AnswersInTime<Asked>();
  const asked: string[] = [];
  const thaw = Promise.withResolvers<undefined>();
  const round = () =>
    answers.ask([quick!, frozen!], async (one) => {
      asked.push(one.name);
      if (one === frozen) await thaw.promise;
    });
  const first = round();
  await vi.advanceTimersByTimeAsync(1_000);
  await first;
  await round();
  expect(asked).toEqual(['quick', 'frozen', 'quick']);
  thaw.resolve(undefined);
  await vi.advanceTimersByTimeAsync(0);
  await round();
  expect(asked.slice(3)).toEqual(['quick', 'frozen']);
  expect(vi.getTimerCount()).toBe(0);
});

it('passes over whoever is gone', async () => {
  const answers = new AnswersInTime<Asked>();
  await expect(answers.ask([{ name: 'gone' }], () => Promise.reject(new Error('closed')))).resolves.toBeUndefined();
});
