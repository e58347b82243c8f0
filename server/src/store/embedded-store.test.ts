import { spawnSync } from 'node:child_process';
import fs, { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { openPglite } from './pglite-database.ts';
import { newStore } from './test-stores.ts';

const MEBIBYTE = 1024 * 1024;
const logger = pino({ level: 'silent' });
const unexpected = (reason: Error) => {
  throw reason;
};

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lectern-embedded-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(parent, { recursive: true });
});

describe('the embedded store', { timeout: 60_000 }, () => {
  it('keeps other users of the machine out of a data directory that is open to them', async () => {
    chmodSync(parent, 0o755);
    const mode = () => (statSync(join(parent, 'postgres')).mode & 0o777).toString(8);
    const open = () => openStore({ postgresUrl: null, dataDir: parent }, logger, unexpected);
    await (await open()).close();
    expect(mode()).toBe('700');
    chmodSync(join(parent, 'postgres'), 0o755);
    await (await open()).close();
    expect(mode()).toBe('700');
  });

  it('lets everything else go on while many questions wait', async () => {
    const database = await openPglite('memory://', { loadDataDir: await newStore() });
    const many = 1_000;
    let answered = 0;
    const asked = Array.from({ length: many }, async () => {
      await database.query('select 1');
      answered += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(answered).toBeLessThan(many);
    await Promise.all(asked);
    await database.close();
  });

  it('has what it committed on the disk, and syncs nothing for a question', async () => {
    const onUnsyncable = vi.fn();
    const directory = join(parent, 'postgres');
    const database = await openPglite(directory, { loadDataDir: await newStore(), onUnsyncable });
    await database.script('create table kept (value integer)');
    const sync = vi.spyOn(fs, 'fdatasyncSync');
    syncBuiltinESMExports();
    for (let value = 0; value < 3; value += 1) await database.query('insert into kept values ($1)', [value]);
    expect(sync).toHaveBeenCalledTimes(3);
    await database.query('select * from kept');
    expect(sync).toHaveBeenCalledTimes(3);
    sync.mockImplementation(() => {
      throw new Error('the disk is gone');
    });
    await expect(database.query('insert into kept values (4)')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'unavailable' });
    await database.close();
    expect(onUnsyncable).not.toHaveBeenCalled();
  });

  it('answers nothing more, and at once, when the disk is full for its log', async (context) => {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', parent]).status !== 0) context.skip();
    try {
      const told: string[] = [];
      const database = await openPglite(join(parent, 'postgres'), {
        loadDataDir: await newStore(),
        onPanic: ({ message }) => void told.push(message),
      });
      await database.script('create table kept (value integer); insert into kept values (1)');
      fillUp(join(parent, 'filling'));
      const unavailable = expect.objectContaining({ code: 'unavailable' }) as Error;
      const waiting = database.transaction(async (transaction) => {
        await transaction.query('update kept set value = 2');
        await transaction
          .transaction((nested) => nested.query('select pg_switch_wal()'))
          .catch((error: unknown) => {
            expect(error).toEqual(unavailable);
          });
      });
      const behind = database.query('select 1');
      await expect(waiting).rejects.toEqual(unavailable);
      await expect(behind).rejects.toEqual(unavailable);
      await expect(database.transaction(() => Promise.resolve())).rejects.toEqual(unavailable);
      expect(told).toEqual([expect.stringContaining('The disk is full: free space and start again.')]);
      await database.close();
    } finally {
      spawnSync('umount', ['--lazy', parent]);
    }
  });
});

function fillUp(path: string): void {
  try {
    for (let part = 0; ; part += 1) writeFileSync(`${path}-${part}`, Buffer.alloc(MEBIBYTE));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}
