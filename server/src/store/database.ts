/** A value as it travels to and from PostgreSQL. `jsonb` columns come back parsed; `timestamptz` as Date. */
export type SqlValue = string | number | boolean | bigint | Date | Uint8Array | null | readonly SqlValue[] | object;

/**
 * The classroom's database: PGlite embedded, PostgreSQL by URL, the same SQL for both. Rejects with the driver's error;
 * `code` is PostgreSQL's five-character SQLSTATE.
 */
export interface Database {
  /** Runs one statement with $1, $2 ... bound, and gives its rows. */
  query<Row extends object = Record<string, unknown>>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
