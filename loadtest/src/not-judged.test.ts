import { misses } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { notJudged, withoutUntold } from './not-judged.ts';

const figure = (name: string, value: number | null, selector: string) => ({
  ...{ name, unit: 'cores', value, goal: 0.25 },
  note: `${selector} avg`,
});
const FIGURES = [
  figure('told', 0.9, 'lectern_server_cpu{part:server,state:settled}'),
  figure('untold', null, 'lectern_server_cpu{part:analytics,state:settled}'),
  figure('unheard', null, 'lectern_media_outage_p95'),
];

it('judges what a server elsewhere tells, and names what it does not; what the generator measures by itself is judged always', () => {
  expect(notJudged(FIGURES)).toEqual(['untold']);
  const judged = withoutUntold(FIGURES);
  expect(judged.filter(misses).map(({ name }) => name)).toEqual(['told', 'unheard']);
  expect(judged[1]).toMatchObject({ goal: null, note: expect.stringContaining('not judged') as string });
});
