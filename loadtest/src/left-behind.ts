import type { Figure } from '@lectern/testbed';
import { metricValue } from './exposition.ts';

/** What must be gone once a class is removed, as the server counts it; one that it does not count is left out. */
const COUNTED: readonly (readonly [metric: string, what: string, unit: string])[] = [
  ['lectern_people', 'people', 'people'],
  ['lectern_signalling_connections', 'signalling connections', 'connections'],
  ['lectern_door_waiting', 'people at the door', 'people'],
  ['lectern_media_transports', 'transports', 'transports'],
  ['lectern_media_consumers', 'consumers', 'consumers'],
  ['lectern_media_routers', 'routers', 'routers'],
];

/** What is still there after the class; `isJudged`: nothing may be. */
export function leftBehind(exposition: string, isJudged: boolean): readonly Figure[] {
  return COUNTED.flatMap(([metric, what, unit]) => {
    const value = metricValue(exposition, metric);
    if (value === null) return [];
    return [{ name: `left behind after the class: ${what}`, unit, value, goal: isJudged ? 1 : null, note: metric }];
  });
}
