import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { storeHealth } from './health.ts';

describe('the health of the analytics process', () => {
  const log: string[] = [];
  const logger = pino({}, { write: (line) => void log.push(line) });
  const idle = { turnTakesMs: 0 };
  const refused = () => Promise.reject(new Error('lectern: Authentication failed at db.internal:8123'));

  it('holds nothing of what the store said, which is in the log once for as long as it stays the same', async () => {
    let query: () => Promise<never[]> = refused;
    const health = storeHealth({ engine: { kind: 'clickhouse', query: () => query() }, signals: idle, logger });
    const answers = [await health(), await health()];
    expect(answers).toMatchObject([{ status: 'failing' }, { status: 'failing' }]);
    expect(JSON.stringify(answers)).not.toMatch(/lectern|Authentication|8123/);
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('Authentication failed at db.internal:8123');
    query = () => Promise.resolve([]);
    expect(await health()).toMatchObject({ status: 'ok' });
    query = refused;
    await health();
    expect(log).toHaveLength(2);
  });

  it('does not wait for a store that hangs', async () => {
    const engine = { kind: 'chdb', query: () => new Promise<never>(() => undefined) } as const;
    const health = storeHealth({ engine, signals: idle, logger, withinMs: 10 });
    expect(await health()).toMatchObject({ status: 'failing' });
  });

  it('is not good while a turn does not come to its end, though the store answers', async () => {
    const signals = { turnTakesMs: 9_999 };
    const health = storeHealth({ engine: { kind: 'chdb', query: () => Promise.resolve([]) }, signals, logger });
    expect(await health()).toMatchObject({ status: 'ok' });
    signals.turnTakesMs = 10_001;
    expect(await health()).toMatchObject({ status: 'failing' });
  });
});
