import { misses } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';
import { point } from './test-points.ts';
import { thresholdsOf } from './thresholds.ts';

const join = (value: number, group: string) => point('lectern_join', value, { tags: { phase: 'join', group } });

describe('the figures of a run', () => {
  it('have the thresholds of the scenario as their goals, in the unit that is shown', () => {
    const thresholds = thresholdsOf('{"thresholds":{"lectern_audio_loss_share":["value<0.001"]}}');
    const figures = figuresOf(
      [point('lectern_audio_loss_share', 0.5), point('lectern_audio_loss_share', 0.002)],
      thresholds,
    );
    expect(figures).toEqual([
      { name: 'sound lost', unit: '%', value: 0.2, goal: 0.1, note: 'lectern_audio_loss_share value' },
    ]);
    expect(figures.some(misses)).toBe(true);
  });

  it('are there for each group that a scenario has', () => {
    const thresholds = thresholdsOf('{"thresholds":{"lectern_join{phase:join,group:storm}":["p(95)<10000"]}}');
    const figures = figuresOf([join(100, 'inside'), join(9000, 'storm')], thresholds);
    const named = new Map(figures.map(({ name, value, goal }) => [name, [value, goal]]));
    expect(named.get('inside: join p95: WebSocket to first packet')).toEqual([100, null]);
    expect(named.get('storm: join p95: WebSocket to first packet')).toEqual([9000, 10_000]);
  });

  it('say in words what their names do not', () => {
    const tags = { window: 'stage-worker' };
    const [last] = figuresOf([point('lectern_window_span', 2001, { tags })], []);
    expect(last).toMatchObject({ value: 2001, unit: 'ms' });
    expect(last?.note).toMatch(/^lectern_window_span\{window:stage-worker\} value; looked at 2 s after the fault, /);
  });

  it('name a goal of which nothing was measured, and miss it', () => {
    const figures = figuresOf(
      [],
      thresholdsOf('{"thresholds":{"lectern_media_outage_p95":[{"threshold":"value<5000"}]}}'),
    );
    expect(figures).toMatchObject([{ value: null, goal: 5000 }]);
    expect(figures.every(misses)).toBe(true);
  });

  it('take a threshold on what no other scenario measures as it is', () => {
    const figures = figuresOf([point('lectern_other', 7)], thresholdsOf('{"thresholds":{"lectern_other":["max<9"]}}'));
    expect(figures).toMatchObject([{ name: 'lectern_other max', value: 7, goal: 9 }]);
  });
});

it('refuses a threshold that no figure could show', () => {
  expect(() => thresholdsOf('{"thresholds":{"lectern_join":["p(95)>3"]}}')).toThrow('aggregate<number');
});
