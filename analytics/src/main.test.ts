import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestResponseSchema } from '@lectern/contracts';
import type { SignalRow } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './store/open-store.ts';
import { storedContributions } from './store/queries/stored-contributions.ts';
import { windowTotals } from './store/queries/window-totals.ts';
import type { RunningProcess } from './test-process.ts';
import { startProcess } from './test-process.ts';
import { newClass, people, scored } from './test-signals.ts';

describe('the analytics process', { timeout: 60_000 }, () => {
  let directory: string;
  let running: RunningProcess[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-analytics-'));
    running = [];
  });
  afterEach(async () => {
    for (const { child, exited } of running) {
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  function start(environment: Readonly<Record<string, string>> = {}): RunningProcess {
    const started = startProcess({ LECTERN_ANALYTICS_DIR: directory, ...environment });
    running.push(started);
    return started;
  }

  it('loses no acknowledged row when it is killed during ingest', { timeout: 120_000 }, async () => {
    const classId = newClass();
    const acknowledged: SignalRow[] = [];
    for (let life = 0; life < 3; life += 1) {
      const process = start();
      await process.url;
      const killed = killAfter(process, 8 + life * 5);
      // Several requests in flight at any time, so that the kill falls into the middle of one.
      const senders = [0, 1, 2].map(async (sender) => {
        for (let window = 0; ; window += 1) {
          const rows = people(40).map((person) =>
            scored(classId, person, life * 10_000 + sender * 1_000 + window, 0.5),
          );
          try {
            const answer = await process.post('/v1/signals', { rows });
            const { verdicts } = ingestResponseSchema.parse(await answer.json());
            expect(verdicts).toEqual(rows.map(() => 'stored'));
            acknowledged.push(...rows);
            killed.answered();
          } catch (error) {
            if (process.child.signalCode === null && !killed.asked()) throw error;
            return;
          }
        }
      });
      await Promise.all(senders);
      await process.exited;
    }
    expect(acknowledged.length).toBeGreaterThan(3 * 8 * 40 - 1);

    const engine = await openStore({ kind: 'chdb', directory });
    try {
      const windows = [...new Set(acknowledged.map((row) => row.window))];
      const found = await storedContributions(engine, classId, windows, people(40));
      const stored = new Set(found.map((row) => `${row.window}:${row.contributor_id}`));
      expect(acknowledged.filter((row) => !stored.has(`${row.window}:${row.contributorId}`))).toEqual([]);
      expect(await windowTotals(engine, classId, windows[0]!)).toEqual({ measured: 40, unclear: 0, scoreSum: 20 });
    } finally {
      await engine.close();
    }
  });

  it('shows the same published rows after it was killed', async () => {
    const classId = newClass();
    const first = start();
    await first.post('/v1/signals', { rows: people(300).map((person) => scored(classId, person, 0, 0.5)) });
    const close = { classId, window: 0, present: 300, minimumCohort: 10 };
    const before: unknown = await (await first.post('/v1/windows/close', close)).json();
    first.child.kill('SIGKILL');
    await first.exited;
    const second = start();
    expect(await (await second.post('/v1/windows/close', close)).json()).toEqual(before);
  });

  it('refuses a directory that another process holds, and names it', async () => {
    const holder = start();
    await holder.url;
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.errors()).toContain(`is in use by process ${holder.child.pid!}`);
    expect((await holder.get('/v1/health')).status).toBe(200);
  });

  it('takes over the directory of a killed one', async () => {
    const killed = start();
    await killed.url;
    killed.child.kill('SIGKILL');
    await killed.exited;
    expect((await start().get('/v1/health')).status).toBe(200);
  });

  it('refuses a store of a newer schema with the remedy', async () => {
    const engine = await openStore({ kind: 'chdb', directory });
    await engine.insert('schema_migration', [{ number: 99, name: '0099-from-the-future' }]);
    await engine.close();
    const process = start();
    expect(await process.exited).toBe(1);
    expect(process.errors()).toContain('Start that release or a newer one');
  });

  it('refuses a directory that it cannot write', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const process = start({ LECTERN_ANALYTICS_DIR: join(file, 'analytics') });
    expect(await process.exited).toBe(1);
    expect(process.errors()).toMatch(/cannot be written \(ENOTDIR.*name another directory/s);
  });

  it('refuses a ClickHouse that does not answer, without saying its password', async () => {
    const process = start({ LECTERN_CLICKHOUSE_URL: 'http://lectern:hush@127.0.0.1:9/lectern' });
    expect(await process.exited).toBe(1);
    expect(process.errors()).toContain('correct LECTERN_CLICKHOUSE_URL');
    expect(process.errors()).not.toContain('hush');
  });

  it('ends in order when asked to, and gives its directory back', async () => {
    const process = start();
    await process.url;
    process.child.kill('SIGTERM');
    expect(await process.exited).toBe(0);
    expect(existsSync(join(directory, 'analytics.lock'))).toBe(false);
  });

  it('ends when the process that started it is gone', async () => {
    const process = start();
    await process.url;
    process.child.stdin.destroy();
    expect(await process.exited).toBe(0);
  });
});

/** Kills a process once it has answered `answers` times, without waiting for what it does just then. */
function killAfter(process: RunningProcess, answers: number): { answered(): void; asked(): boolean } {
  let count = 0;
  return {
    answered() {
      count += 1;
      if (count === answers) process.child.kill('SIGKILL');
    },
    asked: () => count >= answers,
  };
}
