import type { z } from 'zod';

/** A value bound to a typed parameter of a query, as in `{classId:UUID}`. */
export type QueryParameter = string | number | readonly string[] | readonly number[];
export type QueryParameters = Readonly<Record<string, QueryParameter>>;

/**
 * The analytics store: chDB embedded or ClickHouse by URL, the same SQL for both. Rejects with the client's error, whose
 * `type` is ClickHouse's name for it.
 */
export interface Engine {
  readonly kind: 'chdb' | 'clickhouse';
  /** Runs one question and parses each row of the answer. */
  query<Row>(sql: string, parameters: QueryParameters, row: z.ZodType<Row>): Promise<Row[]>;
  /** Resolves when every row is on disk; a rejection says nothing about whether the rows are there. */
  insert(table: StoredTable, rows: readonly object[]): Promise<void>;
  /** Runs one statement that gives nothing back. */
  command(sql: string, parameters?: QueryParameters): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The tables of the store. Retention and erasure go over all of them. */
export const STORED_TABLES = ['live_signal', 'published_window'] as const;
export type StoredTable = (typeof STORED_TABLES)[number] | 'schema_migration';

/** A refusal to start that a person can act on: its message names the cause and the remedy. */
export class StartError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
  }
}
