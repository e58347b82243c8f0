import { randomUUID } from 'node:crypto';
import {
  ABSTAIN_REASONS,
  classIdSchema,
  contributorIdSchema,
  DATAGRAM_BYTES,
  encodeDatagram,
  seatIdSchema,
  signalRowSchema,
  WINDOW_MS,
  type SignalRow,
} from '@lectern/contracts';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { heapAfterCollection, randomFrom } from '../test-fuzzing.ts';
import type { AnalyticsClient } from './analytics-client.ts';
import { createSignalRelay } from './signal-relay.ts';
import { LATE_LIMIT_MS } from './window-closer.ts';

const SEED = 20_261_125;
const DATAGRAMS = 100_000;
const CONTRIBUTORS = 200;
/** The class clock; it stands still, so that every window past it is a lie. */
const CLOCK_MS = 600_000;
const NEWEST_WINDOW = CLOCK_MS / WINDOW_MS - 1;
/** What one device may send at once: twice two minutes of windows, and some. */
const MOST_AT_ONCE = 60;

it('lets through of 100,000 forged datagrams what could be true, and keeps nothing of the rest', async () => {
  const rows: SignalRow[] = [];
  const relay = createSignalRelay({ analytics: keeping(rows), logger: pino({ level: 'silent' }), now: () => 0 });
  const classId = classIdSchema.parse(randomUUID());
  const clock = () => CLOCK_MS;
  await relay.follow(classId, { clock, resumed: true, present: () => CONTRIBUTORS, minimumCohort: 10 });
  const random = randomFrom(SEED);
  const contributors = Array.from({ length: CONTRIBUTORS }, () => contributorIdSchema.parse(randomUUID()));
  const seat = seatIdSchema.parse(randomUUID());
  const stranger = classIdSchema.parse(randomUUID());
  let before = 0;
  for (let sent = 0; sent < DATAGRAMS; sent += 1) {
    const from = contributors[Math.floor(random() * CONTRIBUTORS)];
    if (from === undefined) throw new Error('nobody');
    const bytes = forged(random);
    relay.accept(random() < 0.02 ? stranger : classId, from, seat, bytes);
    if (sent === DATAGRAMS / 4) before = heapAfterCollection();
  }
  const grownBytes = heapAfterCollection() - before;
  await relay.close();

  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    expect(signalRowSchema.safeParse(row).success).toBe(true);
    expect(row.classId).toBe(classId);
    expect(row.window).toBeLessThanOrEqual(NEWEST_WINDOW);
    expect(row.window).toBeGreaterThanOrEqual((CLOCK_MS - LATE_LIMIT_MS) / WINDOW_MS - 1);
    expect((row.score === null) !== (row.abstain === null)).toBe(true);
  }
  const keys = rows.map((row) => `${row.contributorId}:${String(row.window)}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const from of contributors)
    expect(rows.filter((row) => row.contributorId === from).length).toBeLessThanOrEqual(MOST_AT_ONCE);
  expect(grownBytes).toBeLessThan(4 * 1024 * 1024);
});

/** An analytics process that stores every row. */
function keeping(rows: SignalRow[]): AnalyticsClient {
  return {
    ingest: (batch) => {
      rows.push(...batch);
      return Promise.resolve(batch.map(() => 'stored' as const));
    },
    // No window is closed while the clock stands still.
    closeWindow: () => Promise.reject(new Error('not asked for')),
    pacing: () => Promise.reject(new Error('not asked for')),
    newestClosed: () => Promise.resolve(NEWEST_WINDOW),
    dropLiveRows: () => Promise.resolve(),
    eraseClass: () => Promise.resolve(),
    health: () => Promise.resolve({ status: 'ok', store: 'chdb', version: '0' }),
  };
}

/** Noise, true datagrams with a byte turned or cut, windows of another time, and now and then the truth. */
function forged(random: () => number): Uint8Array {
  const kind = random();
  if (kind < 0.2) return Uint8Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256));
  const reason = ABSTAIN_REASONS[Math.floor(random() * ABSTAIN_REASONS.length)] ?? 'too-dark';
  const bytes = encodeDatagram({
    window: kind < 0.5 ? Math.floor(random() * 2 ** 32) : NEWEST_WINDOW - 40 + Math.floor(random() * 50),
    facePresent: random() < 0.5,
    pageVisible: random() < 0.5,
    outcome: random() < 0.5 ? { kind: 'score', score: random() } : { kind: 'abstain', reason },
    modelTag: Math.floor(random() * 2 ** 32),
  });
  if (kind > 0.9) return bytes;
  bytes[Math.floor(random() * DATAGRAM_BYTES)] = Math.floor(random() * 256);
  return random() < 0.2 ? bytes.slice(0, Math.floor(random() * DATAGRAM_BYTES)) : bytes;
}
