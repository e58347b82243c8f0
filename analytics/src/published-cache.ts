import { ROWS_FOR_PACING } from './pacing.ts';
import type { PublishedWindow } from './published-window.ts';
import type { Engine } from './store/engine.ts';
import { publishedModels } from './store/queries/published-models.ts';
import { newestPublishedWindows } from './store/queries/published-windows.ts';

/** Classes whose newest rows are kept at hand; more than are live at once on one machine. */
const MOST_CLASSES = 64;

interface PublishedClass {
  readonly rows: PublishedWindow[];
  modelTags: readonly number[];
}

/** The newest published rows of the classes that are asked for, as they stand in the store, which is asked once for each. */
export class PublishedCache {
  readonly #engine: Engine;
  readonly #classes = new Map<string, PublishedClass>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Oldest first; as many as the pacing view is computed from. */
  async newest(classId: string): Promise<readonly PublishedWindow[]> {
    return (await this.#published(classId)).rows;
  }

  /** Tags of the models that any published row of the class names, ascending. */
  async modelTags(classId: string): Promise<readonly number[]> {
    return (await this.#published(classId)).modelTags;
  }

  /** Adds a row that is stored. */
  append(classId: string, row: PublishedWindow): void {
    const known = this.#classes.get(classId);
    if (known === undefined) return;
    known.rows.push(row);
    if (known.rows.length > ROWS_FOR_PACING) known.rows.shift();
    known.modelTags = [...new Set([...known.modelTags, ...row.modelTags])].sort((one, other) => one - other);
  }

  /** The store is asked again: it is not known what it holds. */
  forget(classId: string): void {
    this.#classes.delete(classId);
  }

  async #published(classId: string): Promise<PublishedClass> {
    const found = this.#classes.get(classId) ?? {
      rows: await newestPublishedWindows(this.#engine, classId, ROWS_FOR_PACING),
      modelTags: await publishedModels(this.#engine, classId),
    };
    this.#classes.delete(classId);
    this.#classes.set(classId, found);
    if (this.#classes.size > MOST_CLASSES) this.#forgetOldest();
    return found;
  }

  #forgetOldest(): void {
    const [oldest] = this.#classes.keys();
    if (oldest !== undefined) this.#classes.delete(oldest);
  }
}
