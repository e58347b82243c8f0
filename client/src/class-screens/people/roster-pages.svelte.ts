import type { RosterEntry } from '@lectern/contracts';

interface RosterQuery {
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}
interface RosterPage {
  readonly entries: readonly RosterEntry[];
  readonly total: number;
}

export const ROSTER_PAGE_SIZE = 50;

/**
 * The roster as far as it was asked for, page by page. An answer that belongs to an older search is dropped; `refresh`
 * asks again for what is shown without making it flicker.
 */
export class RosterPages {
  entries: readonly RosterEntry[] = $state.raw([]);
  total: number | null = $state(null);
  loading = $state(false);
  error: unknown = $state.raw(null);
  #search = '';
  #pages = 1;
  #turn = 0;
  readonly #fetchPage: (query: RosterQuery) => Promise<RosterPage>;

  constructor(fetchPage: (query: RosterQuery) => Promise<RosterPage>) {
    this.#fetchPage = fetchPage;
  }

  get hasMore(): boolean {
    return this.total !== null && this.entries.length < this.total;
  }

  async search(text: string): Promise<void> {
    this.#search = text.trim().slice(0, 80);
    this.#pages = 1;
    await this.refresh();
  }

  async more(): Promise<void> {
    this.#pages += 1;
    await this.refresh();
  }

  /** Never rejects: `error` says what went wrong, and what was shown stays. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const pages: RosterPage[] = [];
      for (let page = 0; page < this.#pages; page += 1) {
        const offset = page * ROSTER_PAGE_SIZE;
        pages.push(await this.#fetchPage({ search: this.#search, offset, limit: ROSTER_PAGE_SIZE }));
        if (turn !== this.#turn) return;
      }
      this.entries = withoutRepeats(pages.flatMap((page) => page.entries));
      this.total = pages.at(-1)?.total ?? 0;
      this.error = null;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}

/** People move between two pages while they are fetched: each is shown once. */
function withoutRepeats(entries: readonly RosterEntry[]): RosterEntry[] {
  return [...new Map(entries.map((entry) => [entry.seatId, entry])).values()];
}
