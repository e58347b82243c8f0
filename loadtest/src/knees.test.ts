import { describe, expect, it } from 'vitest';
import { kneeOf, kneesOf } from './knees.ts';
import { point } from './test-points.ts';

const loads = (...values: readonly number[]) => values.map((value, index) => ({ people: (index + 1) * 100, value }));

describe('the knee of a resource', () => {
  it('is the last load before a person becomes dearer by a fifth', () => {
    expect(kneeOf(loads(0.1, 0.2, 0.3, 0.41, 0.7), { limit: null, isCost: true })).toBe(400);
  });

  it('is the last load within the limit', () => {
    expect(kneeOf(loads(5, 200, 6), { limit: 50, isCost: false })).toBe(100);
    expect(kneeOf(loads(60), { limit: 50, isCost: false })).toBeNull();
  });

  it('is the largest load that was tried where nothing gave way', () => {
    expect(kneeOf(loads(0.1, 0.2, 0.3), { limit: 1, isCost: true })).toBe(300);
  });

  it('is found in the samples that carry a step, and no run without steps has one', () => {
    const at = (people: number, value: number) =>
      point('lectern_server_event_loop_p99', value, { tags: { state: `step-${people}` } });
    const figures = kneesOf([at(200, 20), at(400, 30), at(600, 90)]);
    expect(figures.find(({ name }) => name.includes('event loop'))).toMatchObject({ value: 400, unit: 'students' });
    expect(kneesOf([point('lectern_server_event_loop_p99', 20)])).toEqual([]);
  });

  it('stands on what the class takes with nobody in it', () => {
    const cpu = (people: number, value: number) =>
      point('lectern_server_cpu', value, { tags: { part: 'server', state: `step-${people}` } });
    const points = [cpu(0, 0.1), cpu(100, 0.2), cpu(200, 0.3), cpu(300, 0.9)];
    expect(kneesOf(points).find(({ name }) => name.includes('server'))).toMatchObject({ value: 200 });
  });
});
