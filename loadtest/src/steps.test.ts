import { describe, expect, it } from 'vitest';
import { allHeldS, heldFor, loadsUpTo } from '../scenarios/rehearsal/loads.ts';
import { beforeBreak, loadAtTheEnd, stepsOf } from './steps.ts';
import { point } from './test-points.ts';

const at = (state: string, atMs: number) => point('lectern_generator_cpu', 1, { atMs, tags: { state } });
const POINTS = [at('joining', 0), at('step-0', 5), at('joining', 10), at('step-200', 20), at('step-200', 25)];

describe('the steps of a run', () => {
  it('are those that its samples carry, the smallest load first', () => {
    expect(stepsOf(POINTS).map(({ people, points }) => [people, points.length])).toEqual([
      [0, 1],
      [200, 2],
    ]);
  });

  it('count until the load that broke, in its step or on the way there', () => {
    const onTheWay = [...POINTS, at('joining', 30)];
    const within = [...onTheWay, at('step-400', 40)];
    expect(beforeBreak(onTheWay, 400)).toEqual(POINTS);
    expect(beforeBreak(within, 400)).toEqual(POINTS);
    expect(beforeBreak(within, 200)).toEqual(POINTS.slice(0, 2));
    expect(beforeBreak(within, null)).toEqual(within);
  });
});

describe('the load under which a run ends', () => {
  it('is the one that was held, else a larger one, and none without steps', () => {
    expect(loadAtTheEnd(POINTS)).toBe(200);
    expect(beforeBreak(POINTS, loadAtTheEnd(POINTS))).toEqual(POINTS.slice(0, 2));
    const onTheWay = [...POINTS, at('joining', 30), point('lectern_join', 1, { atMs: 40 })];
    expect(loadAtTheEnd(onTheWay)).toBe(Infinity);
    expect(beforeBreak(onTheWay, loadAtTheEnd(onTheWay))).toEqual(POINTS);
    expect(loadAtTheEnd([at('settled', 5)])).toBeNull();
  });
});

describe('the loads that are tried', () => {
  it('rise evenly, and those that the goals name are among them', () => {
    for (const most of [2000, 4000, 3000]) {
      expect(loadsUpTo(most), String(most)).toEqual(expect.arrayContaining([100, 500, 1000, 2000, most]));
    }
    expect(loadsUpTo(2000)).toHaveLength(20);
    expect(loadsUpTo(250).slice(0, 3)).toEqual([13, 26, 39]);
  });

  it('are few for a few people, and end with the most', () => {
    expect(loadsUpTo(25)).toEqual([10, 20, 25]);
    expect(loadsUpTo(4)).toEqual([4]);
  });

  it('are held as long as is asked for, and thrice as long where every other cost is held against theirs', () => {
    expect(heldFor(400, 30)).toEqual({ settleS: 10, heldS: 30 });
    expect([heldFor(0, 30), heldFor(100, 30)]).toEqual(Array(2).fill({ settleS: 10, heldS: 90 }));
    expect(heldFor(10, 3)).toEqual({ settleS: 3, heldS: 3 });
    // Nobody, 10 and 20: three seconds to settle, and nine, three and three.
    expect(allHeldS(20, 3)).toBe(24);
  });
});
