import { randomUUID } from 'node:crypto';
import {
  classIdSchema,
  contributorIdSchema,
  DATAGRAM_BYTES,
  encodeDatagram,
  MINIMUM_COHORT,
  seatIdSchema,
  signalRowSchema,
  WINDOW_MS,
  type ClassId,
  type CloseWindowRequest,
  type SignalRow,
} from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { heapAfterCollection, randomFrom } from '../test-fuzzing.ts';
import type { AnalyticsClient } from './analytics-client.ts';
import { emptyPacing } from './empty-pacing.ts';
import { createSignalRelay } from './signal-relay.ts';
import { LATE_LIMIT_MS } from './window-closer.ts';

const SEED = 20_261_125;
const DATAGRAMS = 100_000;
const CONTRIBUTORS = 200;
/** The class clock when the first one comes. */
const START_MS = 600_000;
/** All of them in ten minutes: each contributor sends a little less than the limit of one a second lets through. */
const DATAGRAM_EVERY_MS = 6;
const AT_ONCE = 50;
/** A device's clock may run ahead by so much. */
const EARLY_MS = 250;
const PACING = emptyPacing('few', MINIMUM_COHORT);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('lets through of 100,000 forged datagrams what could be true, and keeps nothing of the rest', async () => {
  const startedAt = Date.now();
  const now = () => Date.now() - startedAt;
  const clock = () => START_MS + now();
  const classId = classIdSchema.parse(randomUUID());
  const store = new CheckingStore(classId, clock);
  const relay = createSignalRelay({ analytics: store, logger: pino({ level: 'silent' }), now });
  await relay.follow(classId, { clock, resumed: false, present: () => CONTRIBUTORS, minimumCohort: 10 });
  const random = randomFrom(SEED);
  const contributors = Array.from({ length: CONTRIBUTORS }, () => contributorIdSchema.parse(randomUUID()));
  const seat = seatIdSchema.parse(randomUUID());
  const stranger = classIdSchema.parse(randomUUID());
  let before = 0;
  for (let sent = 0; sent < DATAGRAMS; sent += 1) {
    const from = contributors[Math.floor(random() * CONTRIBUTORS)];
    if (from === undefined) throw new Error('nobody');
    const bytes = forged(random, Math.floor(clock() / WINDOW_MS));
    relay.accept(random() < 0.02 ? stranger : classId, from, seat, bytes);
    if (sent % AT_ONCE === 0) await vi.advanceTimersByTimeAsync(AT_ONCE * DATAGRAM_EVERY_MS);
    if (sent === DATAGRAMS / 4) before = heapAfterCollection();
  }
  const grownBytes = heapAfterCollection() - before;
  const { dropped, waiting, failure } = relay.figures();
  await relay.close();

  expect(failure).toBeNull();
  expect(waiting).toBeLessThan(AT_ONCE * 2);
  expect(dropped['unknown class']).toBeGreaterThan(1_000);
  expect(dropped['malformed']).toBeGreaterThan(10_000);
  expect(dropped['in the future']).toBeGreaterThan(10_000);
  // Nearly all were looked at.
  expect(dropped['too frequent'] ?? 0).toBeLessThan(DATAGRAMS / 20);
  expect(store.wrong).toEqual([]);
  expect(store.stored).toBeGreaterThan(5_000);
  expect(store.closed).toBeGreaterThan(100);
  expect(grownBytes).toBeLessThan(4 * 1024 * 1024);
});

/** An analytics process that would store every row, but keeps only those that it should never have been given. */
class CheckingStore implements AnalyticsClient {
  readonly wrong: SignalRow[] = [];
  stored = 0;
  closed = 0;
  readonly #classId: ClassId;
  readonly #clock: () => number;

  constructor(classId: ClassId, clock: () => number) {
    this.#classId = classId;
    this.#clock = clock;
  }

  ingest(batch: readonly SignalRow[]) {
    this.stored += batch.length;
    const seen = new Set<string>();
    for (const row of batch) {
      const key = `${row.contributorId}:${String(row.window)}`;
      if (!this.#couldBeTrue(row) || seen.has(key)) this.wrong.push(row);
      seen.add(key);
    }
    return Promise.resolve(batch.map(() => 'stored' as const));
  }

  closeWindow({ window, present }: CloseWindowRequest) {
    this.closed += 1;
    return Promise.resolve({ coverage: { window, measured: null, unclear: null, present }, pacing: PACING });
  }

  pacing() {
    return Promise.resolve(PACING);
  }

  newestClosed() {
    return Promise.resolve(null);
  }

  dropLiveRows() {
    return Promise.resolve();
  }

  eraseClass() {
    return Promise.resolve();
  }

  health() {
    return Promise.resolve({ status: 'ok' as const, store: 'chdb' as const, version: '0' });
  }

  #couldBeTrue(row: SignalRow): boolean {
    const ageMs = this.#clock() - (row.window + 1) * WINDOW_MS;
    return (
      signalRowSchema.safeParse(row).success &&
      row.classId === this.#classId &&
      ageMs >= -EARLY_MS &&
      ageMs <= LATE_LIMIT_MS + AT_ONCE * DATAGRAM_EVERY_MS
    );
  }
}

/** Noise, true datagrams with a byte turned or cut, windows of another time, and now and then the truth. */
function forged(random: () => number, running: number): Uint8Array {
  const kind = random();
  if (kind < 0.2) return Uint8Array.from({ length: Math.floor(random() * 64) }, () => Math.floor(random() * 256));
  const bytes = encodeDatagram({
    window: kind < 0.5 ? Math.floor(random() * 2 ** 32) : running - 40 + Math.floor(random() * 50),
    outcome: random() < 0.5 ? { kind: 'score', score: random() } : { kind: 'abstain' },
    modelTag: Math.floor(random() * 2 ** 32),
  });
  if (kind > 0.9) return bytes;
  bytes[Math.floor(random() * DATAGRAM_BYTES)] = Math.floor(random() * 256);
  return random() < 0.2 ? bytes.slice(0, Math.floor(random() * DATAGRAM_BYTES)) : bytes;
}
