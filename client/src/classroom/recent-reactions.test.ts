import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecentReactions } from './recent-reactions.ts';

describe('RecentReactions', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('adds batches up and lets each fade by itself', () => {
    const told: unknown[] = [];
    const recent = new RecentReactions((tally) => told.push(tally));
    recent.add({ clap: 3 });
    vi.advanceTimersByTime(2000);
    recent.add({ clap: 1, heart: 2 });
    expect(told.at(-1)).toEqual({ clap: 4, heart: 2 });
    vi.advanceTimersByTime(2000);
    expect(told.at(-1)).toEqual({ clap: 1, heart: 2 });
    vi.advanceTimersByTime(2000);
    expect(told.at(-1)).toEqual({ clap: 0, heart: 0 });
  });

  it('stays silent after closing', () => {
    const told: unknown[] = [];
    const recent = new RecentReactions((tally) => told.push(tally));
    recent.add({ yes: 1 });
    recent.close();
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(1);
  });
});
