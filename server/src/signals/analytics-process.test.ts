import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classIdSchema, contributorIdSchema } from '@lectern/contracts';
import type { SignalRow } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SupervisedAnalytics } from './analytics-process.ts';

const WITHIN = { timeout: 60_000, interval: 50 };

describe('the supervised analytics process', { timeout: 120_000 }, () => {
  let dataDir: string;
  let extraCaCerts: string;
  let log: string[];
  let analytics: SupervisedAnalytics;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'lectern-supervised-'));
    extraCaCerts = join(dataDir, 'authority.pem');
    writeFileSync(extraCaCerts, '');
    log = [];
    const logger = pino({}, { write: (line) => void log.push(line) });
    const embedded = { clickhouseUrl: null, url: null, token: null, extraCaCerts };
    analytics = new SupervisedAnalytics({ dataDir, logLevel: 'warn', analytics: embedded }, logger);
  });
  afterEach(async () => {
    await analytics.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ready = () => vi.waitUntil(() => analytics.health().status === 'ok' && analytics.pid, WITHIN);
  const replaced = (pid: number) =>
    vi.waitUntil(() => analytics.pid !== null && analytics.pid !== pid && analytics.health().status === 'ok', WITHIN);
  const classId = classIdSchema.parse(randomUUID());
  const rows = (window: number): SignalRow[] =>
    Array.from({ length: 12 }, () => {
      const contributorId = contributorIdSchema.parse(randomUUID());
      return { classId, contributorId, window, score: 0.5, modelTag: 1 };
    });
  const close = (window: number) => analytics.client.closeWindow({ classId, window, present: 12, minimumCohort: 10 });

  it('is started again after a crash, and has every row that it acknowledged', async () => {
    const pid = await ready();
    expect(await analytics.client.ingest(rows(0))).toEqual(rows(0).map(() => 'stored'));
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => analytics.pid !== pid, WITHIN);
    await replaced(pid);
    expect((await close(0)).coverage.measured).toBe(12);
  });

  it('is replaced when it hangs', async () => {
    const pid = await ready();
    await analytics.client.ingest(rows(0));
    process.kill(pid, 'SIGSTOP');
    await replaced(pid);
    expect((await close(0)).coverage.measured).toBe(12);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const told = log.filter((line) => line.includes('analytics is replaced')).map((line) => JSON.parse(line) as object);
    expect(told).toEqual([expect.objectContaining({ pid: process.pid, analyticsPid: pid })]);
  });

  it('tells callers at once that it is away while it starts', async () => {
    await expect(analytics.client.health()).rejects.toThrow('is not running');
    expect(analytics.health().status).toBe('starting');
    await ready();
  });

  it('knows the certificates that the server was told to trust, and no other variable of the server', async () => {
    const pid = await ready();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(environment).toContain(`NODE_EXTRA_CA_CERTS=${extraCaCerts}`);
    expect(environment.filter((entry) => !/^(LECTERN_|NODE_)/.test(entry))).toEqual([]);
  });

  it('tells nobody but the log why it does not start, and the log once', async () => {
    await analytics.close();
    const directory = join(dataDir, 'no-directory');
    writeFileSync(directory, '');
    const embedded = { clickhouseUrl: null, url: null, token: null, extraCaCerts: null };
    const logger = pino({}, { write: (line) => void log.push(line) });
    analytics = new SupervisedAnalytics({ dataDir: directory, logLevel: 'warn', analytics: embedded }, logger);
    const told = new Set<string>();
    const restarts = () => log.filter((line) => line.includes('it is started again')).length;
    await vi.waitUntil(() => {
      told.add(analytics.health().detail);
      return restarts() >= 2;
    }, WITHIN);
    expect([...told].join()).toContain('The analytics process ended and is started again.');
    expect([...told].join()).not.toContain('no-directory');
    expect(log.filter((line) => line.includes('no-directory/analytics cannot be written'))).toHaveLength(1);
  });

  it('leaves no process and no lock behind', async () => {
    const pid = await ready();
    await Promise.all([analytics.close(), analytics.close()]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readdirSync(join(dataDir, 'analytics'))).toEqual(['chdb']);
  });

  it('is not started again after it was closed while starting', async () => {
    await analytics.close();
    expect(analytics.pid).toBeNull();
  });
});
