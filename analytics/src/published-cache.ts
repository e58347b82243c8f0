import { ROWS_FOR_PACING } from './pacing.ts';
import type { PublishedWindow } from './published-window.ts';
import type { Engine } from './store/engine.ts';
import { newestPublishedWindows } from './store/queries/published-windows.ts';

/** Classes whose newest rows are kept at hand; more than are live at once on one machine. */
const MOST_CLASSES = 64;

/** The newest published rows of the classes that are asked for, as they stand in the store, which is asked once for each. */
export class PublishedCache {
  readonly #engine: Engine;
  readonly #rows = new Map<string, PublishedWindow[]>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Oldest first; as many as the pacing view is computed from. */
  async newest(classId: string): Promise<readonly PublishedWindow[]> {
    const known = this.#rows.get(classId);
    const rows = known ?? (await newestPublishedWindows(this.#engine, classId, ROWS_FOR_PACING));
    this.#rows.delete(classId);
    this.#rows.set(classId, rows);
    if (this.#rows.size > MOST_CLASSES) this.#forgetOldest();
    return rows;
  }

  /** Adds a row that is stored. */
  append(classId: string, row: PublishedWindow): void {
    const rows = this.#rows.get(classId);
    if (rows === undefined) return;
    rows.push(row);
    if (rows.length > ROWS_FOR_PACING) rows.shift();
  }

  /** The store is asked again: it is not known what it holds. */
  forget(classId: string): void {
    this.#rows.delete(classId);
  }

  #forgetOldest(): void {
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined) this.#rows.delete(oldest);
  }
}
