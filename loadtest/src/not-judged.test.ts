import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { figuresOf } from './figures.ts';
import { notJudged, withoutUntold } from './not-judged.ts';
import { point } from './test-points.ts';
import { thresholdsOf } from './thresholds.ts';

const THRESHOLDS = thresholdsOf(
  JSON.stringify({
    thresholds: {
      'lectern_server_cpu{part:server,state:settled}': ['avg<0.25'],
      'lectern_server_cpu{part:analytics,state:settled}': ['avg<0.1'],
      lectern_media_outage_p95: ['value<5000'],
    },
  }),
);
const cpu = (part: string, state: string, cores: number) =>
  point('lectern_server_cpu', cores, { tags: { part, state } });

it('judges what a server elsewhere tells, and names what it does not; what the generator measures by itself is judged always', () => {
  const figures = figuresOf([cpu('server', 'settled', 0.9)], THRESHOLDS);
  expect(notJudged(figures)).toEqual(['analytics: CPU once all are in']);
  const judged = withoutUntold(figures);
  expect(judged.filter(misses).map(({ name }) => name)).toEqual([
    'sound away from those disturbed p95',
    'server: CPU once all are in',
  ]);
  expect(judged.find(({ name }) => name.startsWith('analytics'))).toMatchObject({
    ...{ goal: null, note: expect.stringContaining('not judged') as string },
  });
});

it('judges what a server tells at all, though the class never came so far', () => {
  const joining = ['server', 'analytics'].map((part) => cpu(part, 'joining', 0.9));
  const figures = figuresOf(joining, THRESHOLDS);
  expect(notJudged(figures)).toEqual([]);
  expect(withoutUntold(figures).filter(misses)).toHaveLength(3);
});
