import { describe, expect, it } from 'vitest';
import { normals } from './chance.ts';
import { kneeOf, kneesOf } from './knees.ts';
import { point } from './test-points.ts';

const loads = (...values: readonly number[]) => values.map((value, index) => ({ people: (index + 1) * 100, value }));
const CPU = { unit: 'cores', limit: null };
const LOOP = { unit: 'ms', limit: 50 };

describe('the knee of a resource', () => {
  it('is the load from which one more student takes more, with both slopes and how sure that is', () => {
    const knee = kneeOf(loads(0.1, 0.2, 0.3, 0.4, 0.5, 0.8, 1.1, 1.4, 1.7), CPU);
    expect(knee).toEqual({
      value: 500,
      why: 'steeper from 500 (95 % confidence: 400 to 600): 1.0 cores for a thousand students before, 3.0 after',
    });
    // It lay between 500 and 600.
    const between = kneeOf(loads(0.1, 0.21, 0.3, 0.39, 0.5, 0.65, 0.95, 1.25, 1.56), CPU);
    expect(between.why).toMatch(/^steeper from 600 \(95 % confidence: 500 to 700\): /);
  });

  it('is none, and says up to where, while the cost is flat and scatters', () => {
    const scatter = normals(5);
    const flat = loads(...Array.from({ length: 20 }, (_, index) => 0.03 * (index + 1) + 0.02 * scatter()));
    expect(kneeOf(flat, CPU)).toEqual({ value: null, words: 'none up to 2000', why: '' });
  });

  it('is the last load within the limit, where that is passed', () => {
    expect(kneeOf(loads(5, 20, 60), LOOP)).toEqual({ value: 200, why: 'past 50 ms at 300' });
    expect(kneeOf(loads(60), LOOP)).toMatchObject({ value: null, words: 'past its limit from the first load on' });
  });

  it('is not told from a few loads, nor from none', () => {
    expect(kneeOf(loads(0.1, 0.2, 0.9), CPU)).toEqual({
      value: null,
      why: 'from 7 loads on a knee can be told from scatter',
    });
    expect(kneeOf([], CPU)).toEqual({ value: null, why: '' });
  });

  it('is found in the samples that carry a step, and no run without steps has one', () => {
    const at = (people: number, value: number) =>
      point('lectern_server_event_loop_p99', value, { tags: { state: `step-${people}` } });
    // What the class takes with nobody in it is no load.
    const figures = kneesOf([at(0, 90), at(200, 20), at(400, 30), at(600, 90)]);
    expect(figures.find(({ name }) => name.includes('event loop'))).toMatchObject({
      ...{ value: 400, unit: 'students' },
      note: 'past 50 ms at 600; 200: 20, 400: 30, 600: 90 ms',
    });
    expect(kneesOf([point('lectern_server_event_loop_p99', 20)])).toEqual([]);
  });
});
