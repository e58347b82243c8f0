import type { RosterEntry, SeatId } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { RosterPages } from './roster-pages.svelte.ts';

const people: RosterEntry[] = Array.from({ length: 250 }, (_, n) => ({
  seatId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as SeatId,
  name: `Person ${String(n)}`,
  role: 'student',
  connected: true,
  onStage: false,
  invited: false,
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
    expect([roster.entries.length, roster.total, roster.hasMore]).toEqual([100, 250, true]);
    await roster.more();
    await roster.more();
    expect([roster.entries.length, roster.hasMore]).toEqual([250, false]);
  });

  it('starts again with one page for another search', async () => {
    const roster = new RosterPages(serve(people));
    await roster.more();
    await roster.search(' Person 11 ');
    expect(roster.total).toBe(11);
    expect(roster.entries[0]?.name).toBe('Person 11');
  });

  it('asks anew only for the pages that are looked at, a hundred people at a time', async () => {
    const asked: number[] = [];
    const room = { people };
    const roster = new RosterPages((query) => {
      expect(query.limit).toBe(100);
      asked.push(query.offset);
      return serve(room.people)(query);
    });
    await roster.more();
    await roster.more();
    expect([asked, roster.entries.length]).toEqual([[0, 100, 200], 250]);
    asked.length = 0;
    room.people = people.map((person) => ({ ...person, handPlace: 1 }));
    await roster.refresh(120, 140);
    expect(asked).toEqual([100]);
    expect([99, 100, 199, 200].map((row) => roster.entries[row]?.handPlace)).toEqual([null, 1, 1, null]);
    await roster.refresh(190, 210);
    expect(asked).toEqual([100, 100, 200]);
    // Scrolled out of sight: how many there are is asked for all the same.
    await roster.refresh(0, -10);
    await roster.refresh(900, 950);
    expect([asked.slice(3), roster.total]).toEqual([[0, 200], 250]);
  });

  it('keeps what “more” asked for when a refresh comes in between, and lets go of pages that are empty now', async () => {
    const waiting: (() => void)[] = [];
    const room = { people, waits: false };
    const roster = new RosterPages(async (query) => {
      if (room.waits) await new Promise<void>((resolve) => waiting.push(resolve));
      return serve(room.people)(query);
    });
    await roster.refresh();
    room.waits = true;
    const more = roster.more();
    room.waits = false;
    await roster.refresh(0, 20);
    for (const go of waiting) go();
    await more;
    expect(roster.entries).toHaveLength(200);
    room.people = people.slice(0, 80);
    await roster.refresh(0, 20);
    expect([roster.entries.length, roster.total, roster.hasMore]).toEqual([80, 80, false]);
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
      serve(call++ === 0 ? people : [people[249], ...people].filter((entry) => entry !== undefined))(query),
    );
    await roster.more();
    expect(new Set(roster.entries.map(({ seatId }) => seatId)).size).toBe(roster.entries.length);
  });

  it('keeps what was shown when the server does not answer, and says so to whoever asked for something', async () => {
    let fails = true;
    const roster = new RosterPages((query) => (fails ? Promise.reject(new Error('away')) : serve(people)(query)));
    await roster.search('');
    expect([roster.error, roster.total]).toEqual([null, null]);
    fails = false;
    await roster.refresh();
    fails = true;
    await roster.refresh();
    expect(roster.entries).toHaveLength(100);
    expect(roster.error).toBeNull();
    await roster.search('Person 11');
    expect(roster.error).toBeInstanceOf(Error);
    fails = false;
    await roster.refresh();
    expect([roster.error, roster.total]).toEqual([null, 11]);
  });
});
