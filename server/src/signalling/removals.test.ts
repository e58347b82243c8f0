import { randomUUID } from 'node:crypto';
import { LecternError, seatIdSchema } from '@lectern/contracts';
import { expect, it, vi } from 'vitest';
import { Removals } from './removals.ts';

const seatId = seatIdSchema.parse(randomUUID());
const at = new Date(0);

it('is written again until the record takes it, and no more then', async () => {
  const write = vi.fn<() => Promise<void>>().mockResolvedValue(undefined);
  write.mockRejectedValueOnce(new LecternError('unavailable'));
  const removals = new Removals(write);
  await removals.record(seatId, at);
  await removals.mend();
  await removals.mend();
  expect(write.mock.calls).toEqual([
    [seatId, at],
    [seatId, at],
  ]);
});

it('is not tried again for a seat that is not there any more', async () => {
  const write = vi.fn<() => Promise<void>>().mockRejectedValue(new LecternError('not-found'));
  const removals = new Removals(write);
  await removals.record(seatId, at);
  await removals.mend();
  expect(write).toHaveBeenCalledTimes(1);
});

it('is waited for when the class closes while it is being written', async () => {
  const answer = Promise.withResolvers<undefined>();
  const removals = new Removals(() => answer.promise);
  void removals.record(seatId, at);
  let settled = false;
  const closing = removals.mend().then(() => {
    settled = true;
  });
  await Promise.resolve();
  expect(settled).toBe(false);
  answer.resolve(undefined);
  await closing;
});
