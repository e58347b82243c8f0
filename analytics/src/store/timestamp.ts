/** A time in ms since the epoch as ClickHouse writes a DateTime64(3) in UTC: `2026-01-31 09:00:00.000`. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').slice(0, -1);
}
