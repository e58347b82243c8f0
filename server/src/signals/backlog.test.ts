import { randomUUID } from 'node:crypto';
import { classIdSchema, contributorIdSchema, seatIdSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { Backlog, BATCH_ROWS } from './backlog.ts';
import type { WaitingScore } from './backlog.ts';

const classId = classIdSchema.parse(randomUUID());
const seatId = seatIdSchema.parse(randomUUID());

function waiting(window: number, expiresAtMs = 0): WaitingScore {
  const contributorId = contributorIdSchema.parse('00000000-0000-4000-8000-000000000001');
  return {
    row: { classId, contributorId, window, score: 0.5, modelTag: 1 },
    seatId,
    receivedMs: 0,
    expiresAtMs,
  };
}

describe('the backlog', () => {
  it('keeps scores until they are removed, in their order, in batches', () => {
    const backlog = new Backlog();
    const scores = Array.from({ length: BATCH_ROWS + 5 }, (_, window) => waiting(window));
    for (const score of scores) backlog.add(score);
    expect(backlog.next()).toEqual(scores.slice(0, BATCH_ROWS));
    expect(backlog.next()).toHaveLength(BATCH_ROWS);
    backlog.remove(backlog.next());
    expect(backlog.next()).toEqual(scores.slice(BATCH_ROWS));
  });

  it('has room for so many and no more, but always for what it holds already', () => {
    const backlog = new Backlog(2);
    expect([0, 1, 2, 1].map((window) => backlog.add(waiting(window)))).toEqual([true, true, false, true]);
    expect(backlog.size).toBe(2);
  });

  it('gives up what is of one seat, or of a whole class, and nothing else', () => {
    const backlog = new Backlog();
    const [own, other] = [waiting(0), { ...waiting(1), seatId: seatIdSchema.parse(randomUUID()) }];
    const elsewhere = waiting(2);
    const apart = { ...elsewhere, row: { ...elsewhere.row, classId: classIdSchema.parse(randomUUID()) } };
    for (const score of [own, other, apart]) backlog.add(score);
    expect(backlog.takeOf(classId, seatId)).toEqual([own]);
    expect(backlog.takeOf(classId, null)).toEqual([other]);
    expect(backlog.next()).toEqual([apart]);
  });

  it('gives up what is past its time', () => {
    const backlog = new Backlog();
    for (const window of [0, 1, 2]) backlog.add(waiting(window, window * 1_000));
    expect(backlog.takeExpired(1_000).map(({ row }) => row.window)).toEqual([0, 1]);
    expect(backlog.size).toBe(1);
  });
});
