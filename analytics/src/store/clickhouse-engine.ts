import { createClient } from '@clickhouse/client';
import { engineOverClient } from './client-engine.ts';
import { StartError } from './engine.ts';
import type { Engine } from './engine.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * ClickHouse by URL (user, password and database may stand in it). Rejects with a StartError when it does not answer; the
 * password is never part of the message.
 */
export async function openClickhouse(url: string): Promise<Engine> {
  const client = createClient({
    url,
    application: 'lectern',
    request_timeout: REQUEST_TIMEOUT_MS,
    // A row is acknowledged when it is in a part on disk, so never through the server's asynchronous buffer.
    clickhouse_settings: { async_insert: 0 },
  });
  const ping = await client.ping({ select: true });
  if (!ping.success) {
    await client.close();
    throw new StartError(
      `ClickHouse at ${withoutPassword(url)} does not answer (${ping.error.message}). ` +
        'Start it, or correct LECTERN_CLICKHOUSE_URL, or unset it to use the embedded store.',
      { cause: ping.error },
    );
  }
  return engineOverClient({ kind: 'clickhouse', client });
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the URL given';
  }
}
