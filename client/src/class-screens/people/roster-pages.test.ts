import type { RosterEntry, SeatId } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { RosterPages } from './roster-pages.svelte.ts';

const people: RosterEntry[] = Array.from({ length: 120 }, (_, n) => ({
  seatId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as SeatId,
  name: `Person ${String(n)}`,
  role: 'student',
  connected: true,
  onStage: false,
  handPlace: null,
  quality: 'good',
}));
const serve = (all: readonly RosterEntry[]) => (query: { search: string; offset: number; limit: number }) => {
  const found = all.filter(({ name }) => name.includes(query.search));
  return Promise.resolve({ entries: found.slice(query.offset, query.offset + query.limit), total: found.length });
};

describe('RosterPages', () => {
  it('brings one page at a time and says when there is more', async () => {
    const roster = new RosterPages(serve(people));
    await roster.refresh();
    expect([roster.entries.length, roster.total, roster.hasMore]).toEqual([50, 120, true]);
    await roster.more();
    await roster.more();
    expect([roster.entries.length, roster.hasMore]).toEqual([120, false]);
  });

  it('starts again with one page for another search', async () => {
    const roster = new RosterPages(serve(people));
    await roster.more();
    await roster.search(' Person 11 ');
    expect(roster.total).toBe(11);
    expect(roster.entries[0]?.name).toBe('Person 11');
  });

  it('drops the answer of an older search', async () => {
    const waiting: (() => void)[] = [];
    const roster = new RosterPages(async (query) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return serve(people)(query);
    });
    const first = roster.search('Person 1');
    const second = roster.search('Person 2');
    waiting[1]?.();
    await second;
    waiting[0]?.();
    await first;
    expect(roster.entries[0]?.name).toBe('Person 2');
    expect(roster.loading).toBe(false);
  });

  it('shows nobody twice when people move between two pages', async () => {
    let call = 0;
    const roster = new RosterPages((query) =>
      serve(call++ === 0 ? people : [people[119], ...people].filter((entry) => entry !== undefined))(query),
    );
    await roster.more();
    expect(new Set(roster.entries.map(({ seatId }) => seatId)).size).toBe(roster.entries.length);
  });

  it('keeps what was shown when the server does not answer', async () => {
    let fails = false;
    const roster = new RosterPages((query) => (fails ? Promise.reject(new Error('away')) : serve(people)(query)));
    await roster.refresh();
    fails = true;
    await roster.refresh();
    expect(roster.entries).toHaveLength(50);
    expect(roster.error).toBeInstanceOf(Error);
  });
});
