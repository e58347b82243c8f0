import { expect, it } from 'vitest';
import { BatchLoop } from './batch-loop.ts';

it('begins anew after a batch that could not be begun, and says why it was not', async () => {
  const waiting = ['broken'];
  const begun: string[] = [];
  const loop = new BatchLoop({
    waits: () => waiting.length > 0,
    begin: () => {
      const batch = waiting.splice(0);
      if (batch.includes('broken')) throw new Error('no batch can be made of this');
      begun.push(...batch);
      return { size: batch.length, done: Promise.resolve() };
    },
  });
  await expect(loop.wake()).rejects.toThrow('no batch can be made of this');
  expect(loop.runs).toBe(false);
  waiting.push('whole');
  await loop.wake();
  expect([begun, loop.runs]).toEqual([['whole'], false]);
});
