import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPglite } from './store/pglite-database.ts';
import { ServerProcess } from './test-server-process.ts';

const MEBIBYTE = 1024 * 1024;
const LOG_FILE_BYTES = 16 * MEBIBYTE;
/** Less than the first account needs. */
const LEFT_IN_LOG_BYTES = 16 * 1024;

/** Writes PostgreSQL's log until its file is all but full, and gives that file's name. */
async function writeLog(dataDir: string): Promise<string> {
  const database = await openPglite(join(dataDir, 'postgres'));
  const position = async () => {
    const [row] = await database.query<{ at: number; file: string }>(
      `select (pg_current_wal_insert_lsn() - '0/0')::bigint as at, pg_walfile_name(pg_current_wal_insert_lsn()) as file`,
    );
    if (!row) throw new Error('PostgreSQL has no position in its log');
    return { file: row.file, left: LOG_FILE_BYTES - (row.at % LOG_FILE_BYTES) - LEFT_IN_LOG_BYTES };
  };
  const { file, left } = await position();
  const message = `select pg_logical_emit_message(false, 'test', repeat('x', $1::integer))`;
  for (let size = left; size > 0; size -= MEBIBYTE) await database.query(message, [Math.min(size, MEBIBYTE)]);
  await database.close();
  return file;
}

it(
  'the server says that the disk is full and ends, with everything that it started',
  { timeout: 120_000 },
  async ({ skip }) => {
    const disk = mkdtempSync(join(tmpdir(), 'lectern-disk-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', disk]).status === 0;
    let server: ServerProcess | null = null;
    try {
      skip(!mounted, 'mounting needs root');
      const options = { environment: { LECTERN_DATA_DIR: disk }, workingDirectory: disk };
      await (await ServerProcess.ready(options)).end();
      const now = await writeLog(disk);
      server = await ServerProcess.ready(options);
      const logs = join(disk, 'postgres', 'pg_wal');
      // A start makes the next file ahead; here there is only room for it later, as after many classes.
      for (const name of readdirSync(logs)) if (/^[0-9A-F]{24}$/.test(name) && name > now) rmSync(join(logs, name));
      expect(() => {
        for (let part = 0; ; part += 1) writeFileSync(join(disk, `filling-${part}`), Buffer.alloc(MEBIBYTE));
      }).toThrow('ENOSPC');
      // Tables may still grow; a file of the log is larger than that.
      for (let part = 0; part < 4; part += 1) rmSync(join(disk, `filling-${part}`));
      const started = server.descendants();
      const answer = await fetch(server.setUpUrl?.replace('/set-up/', '/api/set-up/') ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'Ada',
          email: 'ada@campus.test',
          password: 'a long enough password',
          institution: { responsibleBody: 'Campus', contact: 'c', jurisdiction: 'eu', signalMode: 'off' },
        }),
      });
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'unavailable' });
      const { code, output } = await server.ended;
      expect(code).toBe(1);
      expect(output).toMatch(/"level":60.*The disk is full: free space and start again/);
      expect(started.length).toBeGreaterThan(0);
      for (const pid of started) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    } finally {
      await server?.end('SIGKILL');
      if (mounted) spawnSync('umount', ['--lazy', disk]);
      rmSync(disk, { recursive: true });
    }
  },
);
