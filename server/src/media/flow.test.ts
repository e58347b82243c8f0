import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';
import { LINK_LOOK_MS, LinkRound } from './link-round.ts';
import { Startle } from './startle.ts';

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

describe('a worker is startled', () => {
  /** How often in so many looks, while it takes this share of a core. */
  function startled(startle: Startle, share: number, looks: number, comingUp = 0): number {
    let times = 0;
    for (let look = 0; look < looks; look += 1) {
      state.atMs += LOOK_MS;
      state.cpuMs += share * LOOK_MS;
      if (startle.note({ ...state, comingUpMs: comingUp * LOOK_MS })) times += 1;
    }
    return times;
  }
  const state = { atMs: 0, cpuMs: 0 };

  it('when it suddenly does more, until that is usual', () => {
    const startle = new Startle();
    expect(startled(startle, 0.3, 20)).toBe(0);
    expect(startled(startle, 0.35, 20)).toBe(0);
    expect(startled(startle, 0.6, 1)).toBe(1);
    expect(startled(startle, 0.6, 40)).toBeLessThan(20);
    expect(startled(startle, 0.6, 20)).toBe(0);
  });

  it('all the time while it is full', () => {
    const startle = new Startle();
    startled(startle, 0.9, 40);
    expect(startled(startle, 0.9, 20)).toBe(20);
  });

  it('not by those who come in', () => {
    const startle = new Startle();
    startled(startle, 0.1, 20);
    expect(startled(startle, 0.9, 20, 0.4)).toBe(0);
  });
});

describe('two thousand links', () => {
  const LOOKS_PER_S = 1_000 / LINK_LOOK_MS;

  /** A worker that answers at once, and counts what it is asked. */
  function audience(size: number) {
    const asked: number[] = [];
    const links = Array.from({ length: size }, (_, link) => link);
    const ask = (link: number) => Promise.resolve(void asked.push(link));
    return { asked, round: new LinkRound<number>({ links: () => links, ask }) };
  }

  /** What is asked at each of some looks. */
  async function looks(of: ReturnType<typeof audience>, count: number): Promise<number[]> {
    const perLook: number[] = [];
    for (let look = 0; look < count; look += 1) {
      const before = of.asked.length;
      of.round.look();
      // The answers come before the next look.
      await Promise.resolve();
      await Promise.resolve();
      perLook.push(of.asked.length - before);
    }
    return perLook;
  }

  it('are each asked within twenty seconds, and never many at once', async () => {
    const all = audience(2_000);
    expect(new Set(await looks(all, 20 * LOOKS_PER_S))).toEqual(new Set([5]));
    expect(new Set(all.asked).size).toBe(2_000);
  });

  it('are each asked within a second of an alarm, and once more in the next', async () => {
    const all = audience(2_000);
    await looks(all, 7);
    all.asked.length = 0;
    all.round.alarm();
    await looks(all, LOOKS_PER_S);
    expect(new Set(all.asked).size).toBe(2_000);
    expect(new Set(await looks(all, LOOKS_PER_S))).toEqual(new Set([100]));
    expect(await looks(all, 3)).toEqual([5, 5, 5]);
  });

  it('are not asked all the time while the alarm goes on: five seconds after it there is another', async () => {
    const all = audience(2_000);
    const perLook: number[] = [];
    for (let look = 0; look < 10 * LOOKS_PER_S; look += 1) {
      all.round.alarm();
      perLook.push(...(await looks(all, 1)));
    }
    const inAlarm = (look: number) => look % (5 * LOOKS_PER_S) < 2 * LOOKS_PER_S;
    expect(perLook).toEqual(perLook.map((_, look) => (inAlarm(look) ? 100 : 5)));
  });

  it('are asked at the end of the calm for what startled in it', async () => {
    const all = audience(2_000);
    all.round.alarm();
    await looks(all, 3 * LOOKS_PER_S);
    all.round.alarm();
    expect(new Set(await looks(all, 2 * LOOKS_PER_S))).toEqual(new Set([5]));
    expect(await looks(all, 1)).toEqual([100]);
  });

  it('on a worker that does not answer are not asked for more than it owes', () => {
    let asked = 0;
    const links = Array.from({ length: 2_000 }, (_, link) => link);
    const round = new LinkRound<number>({
      links: () => links,
      ask: () => {
        asked += 1;
        return new Promise<void>(() => undefined);
      },
    });
    round.alarm();
    for (let look = 0; look < 40; look += 1) round.look();
    expect(asked).toBe(100);
  });
});
