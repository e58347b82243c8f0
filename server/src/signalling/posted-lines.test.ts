import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { PostedLines } from './posted-lines.ts';

const [sam, kim] = [seatIdSchema.parse(randomUUID()), seatIdSchema.parse(randomUUID())];

it('posts a line once, also while it is still being written, and another seat’s under the same id apart', async () => {
  const lines = new PostedLines();
  let messageId = 0;
  const post = () => Promise.resolve((messageId += 1));
  expect(await Promise.all([lines.once(sam, 'a', post), lines.once(sam, 'a', post)])).toEqual([1, 1]);
  expect(await lines.once(kim, 'a', post)).toBe(2);
  expect(await lines.once(sam, 'b', post)).toBe(3);
  expect(await lines.once(sam, 'a', post)).toBe(1);
});

it('knows the lines that the records knew', async () => {
  const lines = new PostedLines([{ seatId: sam, lineId: 'a', messageId: 5 }]);
  expect(await lines.once(sam, 'a', () => Promise.resolve(-1))).toBe(5);
  expect(await lines.once(kim, 'a', () => Promise.resolve(6))).toBe(6);
});

it('lets a line that could not be posted be tried again', async () => {
  const lines = new PostedLines();
  await expect(lines.once(sam, 'a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await lines.once(sam, 'a', () => Promise.resolve(7))).toBe(7);
});

it('forgets the oldest of very many', async () => {
  const lines = new PostedLines();
  for (let line = 0; line < 2_001; line += 1) await lines.once(sam, String(line), () => Promise.resolve(line));
  expect(await lines.once(sam, '1', () => Promise.resolve(-1))).toBe(1);
  expect(await lines.once(sam, '0', () => Promise.resolve(-1))).toBe(-1);
});
