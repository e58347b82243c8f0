import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openMigratedStore } from '../store/test-stores.ts';
import type { ScriptableDatabase } from '../store/store.ts';
import { AnalyticsUnavailable } from './analytics-client.ts';
import { startSignalErasures } from './signal-erasures.ts';

let database: ScriptableDatabase;
let away: boolean;
let erased: string[];
const analytics = {
  eraseClass: (classId: string) => {
    if (away) return Promise.reject(new AnalyticsUnavailable('away'));
    erased.push(classId);
    return Promise.resolve();
  },
};
const silent = pino({ level: 'silent' });

beforeEach(async () => {
  database = await openMigratedStore();
  away = false;
  erased = [];
});
afterEach(() => database.close());

async function ask(): Promise<string> {
  const classId = randomUUID();
  await database.query('insert into signal_erasure (class_id, asked_at) values ($1, now())', [classId]);
  return classId;
}
const waiting = () => database.query('select class_id from signal_erasure');

it('erases what waited from before the start, and what is asked for later', async () => {
  const first = await ask();
  const erasures = startSignalErasures(database, analytics, silent);
  await expect.poll(() => erased).toEqual([first]);
  const second = await ask();
  await erasures.run();
  expect(erased).toEqual([first, second]);
  expect(await waiting()).toEqual([]);
  await erasures.close();
});

it('keeps on the list what could not be erased, tries it again, and no more once it is closed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    away = true;
    const classId = await ask();
    const erasures = startSignalErasures(database, analytics, silent);
    await erasures.run();
    expect(await waiting()).toHaveLength(1);
    away = false;
    vi.advanceTimersByTime(60_000);
    await erasures.run();
    expect(erased).toEqual([classId]);
    expect(await waiting()).toEqual([]);
    away = true;
    await ask();
    await erasures.run();
    await erasures.close();
    away = false;
    vi.advanceTimersByTime(60_000);
    expect(await waiting()).toHaveLength(1);
    expect(erased).toEqual([classId]);
  } finally {
    vi.useRealTimers();
  }
});
