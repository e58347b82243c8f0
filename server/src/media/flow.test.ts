import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';

const LOOK_MS = 250;

describe('what a link brings', () => {
  it('may come at once, or slowly for ever, but not both', () => {
    const flow = new Flow({ burst: 60_000, perSecond: 10_000 });
    expect(flow.exceeds({ atMs: 0, count: 500_000 })).toBe(false);
    expect(flow.exceeds({ atMs: 10, count: 560_000 })).toBe(false);
    expect(flow.exceeds({ atMs: 10_010, count: 660_000 })).toBe(false);
    expect(flow.exceeds({ atMs: 20_010, count: 820_001 + 10_000 })).toBe(true);
  });

  it('is added up over the looks: what each of them allows alone is too much for a second', () => {
    const flow = new Flow({ burst: 60_000, perSecond: 10_000 });
    const exceeds = [0, 1, 2].map((look) => flow.exceeds({ atMs: look * LOOK_MS, count: look * 60_000 }));
    expect(exceeds).toEqual([false, false, true]);
    // What is over is not held against it for ever.
    expect(flow.exceeds({ atMs: 6_500, count: 180_000 })).toBe(false);
  });

  it('that has a rate alone is judged by its rate', () => {
    const flow = new Flow({ burst: 0, perSecond: 400 });
    expect([0, 100, 201].map((count, look) => flow.exceeds({ atMs: look * LOOK_MS, count }))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
