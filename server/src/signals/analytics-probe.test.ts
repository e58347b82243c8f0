import type { AnalyticsHealth } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AnalyticsUnavailable, createAnalyticsClient } from './analytics-client.ts';
import { AnalyticsProbe } from './analytics-probe.ts';

describe('what is told of the analytics process', () => {
  let log: string[];
  let answer: () => Promise<AnalyticsHealth>;
  let probe: AnalyticsProbe;
  let missed: number[];
  /** How much later it is than the timers know: this process stood still. */
  let stoodMs: number;
  beforeEach(() => {
    vi.useFakeTimers();
    log = [];
    missed = [];
    stoodMs = 0;
    const logger = pino({}, { write: (line) => void log.push(line) });
    const client = { ...createAnalyticsClient(() => null), health: () => answer() };
    probe = new AnalyticsProbe(
      client,
      logger,
      (misses) => missed.push(misses),
      () => performance.now() + stoodMs,
    );
  });
  afterEach(() => {
    probe.stop();
    vi.useRealTimers();
  });

  it('is in fixed words, whatever an analytics process apart says of its store; its words are in the log once', async () => {
    const detail = 'lectern: Authentication failed at db.internal:8123';
    answer = () => Promise.resolve({ status: 'failing', store: 'clickhouse', version: '1', detail });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(probe.report).toMatchObject({ status: 'failing' });
    expect(probe.report.detail).toContain('LECTERN_CLICKHOUSE_URL');
    expect(probe.report.detail).not.toMatch(/Authentication|8123/);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('Authentication failed');
  });

  it('counts an embedded store that does not answer as missed, and no other store', async () => {
    answer = () => Promise.resolve({ status: 'failing', store: 'clickhouse', version: '1' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(missed).toEqual([]);
    answer = () => Promise.resolve({ status: 'failing', store: 'chdb', version: '1' });
    await vi.advanceTimersByTimeAsync(5_000);
    answer = () => Promise.reject(new AnalyticsUnavailable('no answer'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(missed).toEqual([1, 2]);
    answer = () => Promise.resolve({ status: 'ok', store: 'chdb', version: '1' });
    await vi.advanceTimersByTimeAsync(5_000);
    answer = () => Promise.resolve({ status: 'failing', store: 'chdb', version: '1' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(missed).toEqual([1, 2, 1]);
  });

  it('is nothing bad where this process itself stood still while it waited for the answer', async () => {
    answer = () =>
      new Promise<never>((_resolve, reject) => {
        setTimeout(() => {
          reject(new AnalyticsUnavailable('no answer in time'));
        }, 3_000);
      });
    await vi.advanceTimersByTimeAsync(5_500);
    for (let probes = 0; probes < 3; probes += 1) {
      stoodMs += 2_500;
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect({ missed, report: probe.report.status, log }).toEqual({ missed: [], report: 'starting', log: [] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(missed).toEqual([1, 2]);
  });

  it('is in fixed words when it answers something else or nothing', async () => {
    answer = () => Promise.reject(new AnalyticsUnavailable('GET /v1/health answered 500: at /srv/secret/place'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(probe.report.detail).toMatch(/^The analytics process does not answer\./);
    expect(probe.report.detail).not.toMatch(/[/\d]/);
    expect(log.join()).toContain('/srv/secret/place');
    answer = () => Promise.resolve({ status: 'ok', store: 'chdb', version: '1' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(probe.report).toEqual({ status: 'ok', detail: 'chdb, version 1' });
  });
});
