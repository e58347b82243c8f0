import { misses } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { costPlot, costRise } from './cost-rise.ts';
import { point } from './test-points.ts';

const cpu = (part: string, people: number, value: number) =>
  point('lectern_server_cpu', value, { tags: { part, state: `step-${people}` } });
/** Server and workers, each with an idle tenth of a core; `each` is what one student costs in thousandths of a core, of both together. */
const run = (...loads: readonly (readonly [people: number, each: number])[]) =>
  [[0, 0] as const, ...loads].flatMap(([people, each]) =>
    ['server', 'worker'].map((part) => cpu(part, people, 0.1 + (people * each) / 2000)),
  );
const judged = (points: ReturnType<typeof run>, asked = 100) => costRise(points, 20, asked)[0]!;

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
    const [cheapest, next] = costRise(run([100, 0.5], [200, 0.58], [300, 0.66]), 20, 300);
    expect(cheapest?.value).toBeCloseTo(32, 6);
    expect(next?.value).toBeCloseTo(16, 6);
  });

  it('is judged up to two thousand, and missed where these were asked for and not borne', () => {
    expect(judged(run([100, 0.5], [2000, 0.5], [4000, 0.9]), 4000).value).toBeCloseTo(0, 6);
    const broken = judged(run([100, 0.5], [500, 0.5]), 4000);
    expect(broken).toMatchObject({ value: null, note: expect.stringMatching(/before 2000 students/) as string });
    expect(misses(broken)).toBe(true);
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

  it('is drawn by part and together, and the last load that was borne is named', () => {
    const points = run([100, 0.5], [200, 0.6]);
    const together = costPlot(points).series.find(({ name }) => name === 'together');
    expect(together?.points.map(([people, each]) => [people, Math.round(each * 10) / 10])).toEqual([
      [100, 0.5],
      [200, 0.6],
    ]);
    expect(costRise(points, null, 200)[2]).toMatchObject({ value: 200, goal: null });
  });

  it('is nothing of a run without steps', () => {
    expect(costRise([point('lectern_generator_cpu', 1)], 20, 100)).toEqual([]);
  });
});
