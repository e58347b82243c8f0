import type { SignalRow } from '@lectern/contracts';

/** Two minutes of the largest class, as long as devices send again what was not acknowledged. */
const MOST_KEPT = 50_000;

/**
 * The contributions whose storing failed without anybody knowing whether they are on disk: the store may write them after
 * their window was counted, so that finding them there later proves nothing. The oldest are forgotten first.
 */
export class UnsettledRows {
  readonly #keys = new Map<string, string>();
  readonly #mostKept: number;

  constructor(mostKept = MOST_KEPT) {
    this.#mostKept = mostKept;
  }

  add(rows: readonly SignalRow[]): void {
    for (const row of rows) this.#keys.set(contributionKey(row), row.classId);
    for (const key of this.#keys.keys()) {
      if (this.#keys.size <= this.#mostKept) return;
      this.#keys.delete(key);
    }
  }

  /** They are on disk now, and their windows open. */
  settle(rows: readonly SignalRow[]): void {
    if (this.#keys.size === 0) return;
    for (const row of rows) this.#keys.delete(contributionKey(row));
  }

  has(row: SignalRow): boolean {
    return this.#keys.has(contributionKey(row));
  }

  forget(classId: string): void {
    for (const [key, ofClass] of this.#keys) if (ofClass === classId) this.#keys.delete(key);
  }
}

/** One contributor's value for one window, as text. */
export function contributionKey(row: { classId: string; window: number; contributorId: string }): string {
  return `${row.classId}:${row.window}:${row.contributorId}`;
}
