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

/** The most that the server gives at once. */
export const ROSTER_PAGE_SIZE = 100;

/**
 * The roster as far as it was asked for, page by page. An answer that belongs to an older search is dropped; `refresh`
 * asks again for the pages that are looked at without making the others flicker.
 */
export class RosterPages {
  #pages: readonly (readonly RosterEntry[])[] = $state.raw([]);
  readonly entries: readonly RosterEntry[] = $derived(withoutRepeats(this.#pages.flat()));
  total: number | null = $state(null);
  loading = $state(false);
  error: unknown = $state.raw(null);
  #search = '';
  /** The search that `#pages` answers. */
  #shownSearch = '';
  /** How many pages were asked for. */
  #wanted = 1;
  #turn = 0;
  readonly #fetchPage: (query: RosterQuery) => Promise<RosterPage>;

  constructor(fetchPage: (query: RosterQuery) => Promise<RosterPage>) {
    this.#fetchPage = fetchPage;
  }

  get hasMore(): boolean {
    return this.total !== null && this.#pages.length * ROSTER_PAGE_SIZE < this.total;
  }

  /** Never rejects: `error` says what went wrong with what somebody searched for. */
  async search(text: string): Promise<void> {
    const search = text.trim().slice(0, 80);
    const isAskedFor = search !== this.#search;
    this.#search = search;
    this.#wanted = 1;
    await this.#read(0, Number.POSITIVE_INFINITY, isAskedFor);
  }

  /** Never rejects: `error` says what went wrong. */
  async more(): Promise<void> {
    this.#wanted += 1;
    await this.#read(this.entries.length, Number.POSITIVE_INFINITY, true);
  }

  /**
   * Asks anew for the pages that hold the rows `from` to `to` of what is shown, and for those that are still missing.
   * Never rejects, and says nothing of a failure, for nobody asked: what was shown stays until the next time.
   */
  refresh(from = 0, to = Number.POSITIVE_INFINITY): Promise<void> {
    return this.#read(from, to, false);
  }

  async #read(from: number, to: number, isAskedFor: boolean): Promise<void> {
    const turn = ++this.#turn;
    const search = this.#search;
    const pages = search === this.#shownSearch ? [...this.#pages] : [];
    const lastOffset = (this.#wanted - 1) * ROSTER_PAGE_SIZE;
    let total = 0;
    this.loading = true;
    try {
      for (let offset = 0; offset <= lastOffset; offset += ROSTER_PAGE_SIZE) {
        const page = offset / ROSTER_PAGE_SIZE;
        const isLookedAt = offset <= Math.max(0, to) && Math.min(from, lastOffset) < offset + ROSTER_PAGE_SIZE;
        if (pages[page] !== undefined && !isLookedAt) continue;
        const fetched = await this.#fetchPage({ search, offset, limit: ROSTER_PAGE_SIZE });
        if (turn !== this.#turn) return;
        pages[page] = fetched.entries;
        total = fetched.total;
      }
      // Enough people left for the last pages to be empty.
      this.#pages = pages.slice(0, Math.max(1, Math.ceil(total / ROSTER_PAGE_SIZE)));
      this.#wanted = this.#pages.length;
      this.#shownSearch = search;
      this.total = total;
      this.error = null;
    } catch (error) {
      if (turn === this.#turn && isAskedFor) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}

/** People move between two pages while they are fetched: each is shown once. */
function withoutRepeats(entries: readonly RosterEntry[]): RosterEntry[] {
  return [...new Map(entries.map((entry) => [entry.seatId, entry])).values()];
}
