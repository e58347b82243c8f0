import type { ClickHouseClient } from '@clickhouse/client';
import type { z } from 'zod';
import type { Engine, QueryParameters, StoredTable } from './engine.ts';

interface ClientEngineOptions {
  readonly kind: Engine['kind'];
  readonly client: ClickHouseClient;
  /** Makes durable what the engine itself leaves to the operating system. */
  readonly afterInsert?: (table: StoredTable) => Promise<void>;
  readonly afterClose?: () => Promise<void>;
}

/** The store over a ClickHouse client, whatever stands behind it. */
export function engineOverClient(options: ClientEngineOptions): Engine {
  const { client } = options;
  let closing: Promise<void> | undefined;
  return {
    kind: options.kind,
    async query<Row>(sql: string, parameters: QueryParameters, row: z.ZodType<Row>): Promise<Row[]> {
      const answer = await client.query({ query: sql, query_params: { ...parameters }, format: 'JSONEachRow' });
      const rows: unknown[] = await answer.json();
      return rows.map((value) => row.parse(value));
    },
    async insert(table, rows) {
      if (rows.length === 0) return;
      await client.insert({ table, values: rows, format: 'JSONEachRow' });
      await options.afterInsert?.(table);
    },
    async command(sql, parameters = {}) {
      await client.command({ query: sql, query_params: { ...parameters } });
    },
    close() {
      closing ??= client.close().then(() => options.afterClose?.());
      return closing;
    },
  };
}
