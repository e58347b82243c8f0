import { misses } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { normals } from './chance.ts';
import { costPlot, costRise } from './cost-rise.ts';
import { point } from './test-points.ts';

const cpu = (part: string, people: number, value: number) =>
  point('lectern_server_cpu', value, { tags: { part, state: `step-${people}` } });
/** Server and workers, each with an idle tenth of a core; `each` is what one student costs in thousandths of a core, of both together. */
const run = (...loads: readonly (readonly [people: number, each: number])[]) =>
  [[0, 0] as const, ...loads].flatMap(([people, each]) =>
    ['server', 'worker'].map((part) => cpu(part, people, 0.1 + (people * each) / 2000)),
  );
const judged = (points: ReturnType<typeof run>, participants = 100) =>
  costRise(points, 20, { participants, minutes: 0.5, isBrokenOff: false })[0]!;

describe('the cost of one student', () => {
  it('may rise by a fifth over the cheapest load before, over what the class takes at rest', () => {
    const flat = judged(run([100, 0.5], [500, 0.45], [1000, 0.5]), 1000);
    expect(flat.value).toBeCloseTo(11.1, 1);
    expect(misses(flat)).toBe(false);
    const steep = judged(run([100, 0.5], [500, 0.5], [1000, 0.65]), 1000);
    expect(steep.value).toBeCloseTo(30, 6);
    expect(misses(steep)).toBe(true);
  });

  it('that rises a little each time misses its goal in the end', () => {
    const asked = { participants: 300, minutes: 0.5, isBrokenOff: false };
    const [cheapest, , next] = costRise(run([100, 0.5], [200, 0.58], [300, 0.66]), 20, asked);
    expect(cheapest?.value).toBeCloseTo(32, 6);
    expect(next?.value).toBeCloseTo(16, 6);
  });

  it('is judged up to two thousand, and missed where these were asked for and not borne', () => {
    expect(judged(run([100, 0.5], [2000, 0.5], [4000, 0.9]), 4000).value).toBeCloseTo(0, 6);
    const broken = judged(run([100, 0.5], [500, 0.5]), 4000);
    expect(broken).toMatchObject({ value: null, note: expect.stringMatching(/before 2000 students/) as string });
    expect(misses(broken)).toBe(true);
  });

  it('tells a run that was interrupted from one that broke', () => {
    const [rise] = costRise(run([100, 0.5]), 20, { participants: 4000, minutes: 0.5, isBrokenOff: true });
    expect(rise?.note).toMatch(/^it was broken off before 2000 students; so far: 100: /);
  });

  it('is judged from a hundred on: of a few it is lost in the noise', () => {
    expect(judged(run([10, 0.1], [50, 0.9], [100, 0.5], [200, 0.5])).value).toBeCloseTo(0, 6);
  });

  it('that nobody could measure misses its goal', () => {
    expect(judged(run([10, 0.5], [100, 0.5]))).toMatchObject({
      value: null,
      note: expect.stringMatching(/two loads/) as string,
    });
    const unread = [...run([100, 0.5]), point('lectern_generator_cpu', 1, { tags: { state: 'step-200' } })];
    expect(misses(judged(unread))).toBe(true);
    const none = [0, 100, 200].map((people) =>
      point('lectern_generator_cpu', 1, { tags: { state: `step-${people}` } }),
    );
    expect(misses(judged(none))).toBe(true);
  });

  it('misses its goal where at one load it was nothing: that nothing was dearer would be no wonder', () => {
    expect(judged(run([100, -0.1], [200, 0.5], [300, 0.5]))).toMatchObject({ value: null });
  });

  it('is drawn by part, and the parts add up to the line of all, also where one takes less than at rest', () => {
    const points = [
      ...[cpu('server', 0, 0.2), cpu('worker', 0, 0.1), cpu('analytics', 0, 0.3)],
      ...[cpu('server', 100, 0.25), cpu('worker', 100, 0.12), cpu('analytics', 100, 0.26)],
    ];
    const drawn = costPlot(points).series.map(({ name, points: [first] }) => [name, first?.[1].toFixed(3)]);
    expect(drawn).toEqual([
      ['server', '0.500'],
      ['media workers', '0.200'],
      ['analytics', '-0.400'],
      ['server + media workers + analytics', '0.300'],
      ['generator, beside these', undefined],
    ]);
  });

  it('names the last load that was borne', () => {
    const asked = { participants: 200, minutes: 0.5, isBrokenOff: false };
    expect(costRise(run([100, 0.5], [200, 0.6]), null, asked)[3]).toMatchObject({ value: 200, goal: null });
  });

  it('is nothing of a run without steps', () => {
    expect(
      costRise([point('lectern_generator_cpu', 1)], 20, { participants: 100, minutes: 0.5, isBrokenOff: false }),
    ).toEqual([]);
  });
});

describe('the cost of one student that scatters', () => {
  const LOADS = [100, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000];
  /** Thirty looks at each load, at a third of a thousandth of a core each, the server swaying by this many cores from second to second. */
  const swaying = (sway: number, seed: number, dearest = 1) => {
    const draw = normals(seed);
    return [0, ...LOADS].flatMap((people) =>
      Array.from({ length: 30 }, () =>
        cpu('server', people, 0.1 + (people * (people === 2000 ? dearest : 1)) / 3000 + sway * draw()),
      ),
    );
  };
  const of = (points: ReturnType<typeof run>, minutes = 0.5) =>
    costRise(points, 20, { participants: 2000, minutes, isBrokenOff: false });
  const scatterOf = (points: ReturnType<typeof run>) => of(points)[1]?.value ?? Number.NaN;

  it('has beside it the rise that a flat cost would have shown: 19 of 20 flat ones stay below', () => {
    const runs = Array.from({ length: 60 }, (_, seed) => of(swaying(0.02, seed)));
    const below = runs.filter(([rise, scatter]) => (rise?.value ?? Infinity) <= (scatter?.value ?? -Infinity));
    expect(below.length / runs.length).toBeGreaterThan(0.85);
    expect(below.length).toBeLessThan(runs.length);
    // Each was drawn from scatter alone; the same samples are told the same.
    expect(of(swaying(0.02, 3))).toEqual(of(swaying(0.02, 3)));
  });

  it('is the surer the less it sways', () => {
    expect(scatterOf(swaying(0.001, 1))).toBeLessThan(scatterOf(swaying(0.01, 1)) / 5);
    expect(of(swaying(0.01, 1))[0]?.note).toMatch(/^100: 0\.3\d+ ± 0\.0\d+, 200: /);
  });

  it('misses its goal by what was measured, and says where scatter may have made it and how long would tell', () => {
    // A flat cost that misses the goal, of thirty that sway so.
    const noteOf = (sway: number, minutes?: number) =>
      Array.from({ length: 30 }, (_, seed) => of(swaying(sway, seed), minutes)[0]!).find(
        (figure) => figure.value !== null && misses(figure),
      )?.note;
    expect(noteOf(0.2)).toMatch(/^of this all may be scatter: hold each load for longer \(--minutes 4\) to tell; /);
    // No advice that a server would refuse.
    expect(noteOf(0.03)).toMatch(
      /^of this up to \d+ % may be scatter: hold each load for as long as one class can take \(--minutes 9\), several times, to tell; 100: /,
    );
    expect(noteOf(0.2, 9)).toMatch(
      /^of this all may be scatter: one class can take no longer: run it several times to tell; /,
    );
    const [sure] = of(swaying(0.001, 2, 1.6));
    expect(misses(sure!)).toBe(true);
    expect(sure?.note).not.toContain('scatter');
  });

  it('of one look each cannot be told from scatter', () => {
    expect(of(run([100, 0.5], [200, 0.5]))[1]).toMatchObject({ value: null });
  });
});
