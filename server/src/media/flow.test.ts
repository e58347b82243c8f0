import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';

const LOOK_MS = 250;

describe('what a link brings', () => {
  it('may come at once, or slowly for ever, but not both', () => {
    const flow = new Flow({ burst: 60_000, perSecond: 10_000 });
    expect(flow.exceeds(500_000, 0)).toBe(false);
    expect(flow.exceeds(60_000, 10)).toBe(false);
    expect(flow.exceeds(100_000, 10_010)).toBe(false);
    expect(flow.exceeds(170_001, 20_010)).toBe(true);
  });

  it('is added up over the looks: what each of them allows alone is too much for a second', () => {
    const flow = new Flow({ burst: 60_000, perSecond: 10_000 });
    const exceeds = [0, 60_000, 60_000].map((came, look) => flow.exceeds(came, look * LOOK_MS));
    expect(exceeds).toEqual([false, false, true]);
    // What is over is not held against it for ever.
    expect(flow.exceeds(60_000, 6_500)).toBe(false);
  });

  it('that has a rate alone is judged by its rate', () => {
    const flow = new Flow({ burst: 0, perSecond: 400 });
    expect([0, 100, 101].map((came, look) => flow.exceeds(came, look * LOOK_MS))).toEqual([false, false, true]);
  });

  it('drains no faster for an answer that comes late', () => {
    const flow = new Flow({ burst: 1_000, perSecond: 1_000 });
    flow.exceeds(0, 0);
    expect([1_400, 0, 600].map((came, look) => flow.exceeds(came, [400, 100, 500][look]!))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
