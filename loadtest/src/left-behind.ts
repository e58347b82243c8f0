import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '@lectern/testbed';
import { metricValue } from './exposition.ts';

/** What must be gone once a class is removed, as the server counts it. */
const COUNTED: readonly (readonly [metric: string, what: string, unit: string])[] = [
  ['lectern_people', 'people', 'people'],
  ['lectern_signalling_connections', 'signalling connections', 'connections'],
  ['lectern_door_waiting', 'people at the door', 'people'],
  ['lectern_media_transports', 'transports', 'transports'],
  ['lectern_media_consumers', 'consumers', 'consumers'],
  ['lectern_media_routers', 'routers', 'routers'],
];

/** What is closed may take a moment to be gone. */
const LOOKS = 10;
const LOOK_EVERY_MS = 500;

/** The exposition once nothing is left of the class, or as it is after five seconds. */
export async function afterTheClass(read: () => Promise<string>, lookEveryMs = LOOK_EVERY_MS): Promise<string> {
  for (let look = 1; ; look += 1) {
    const exposition = await read();
    const isEmpty = COUNTED.every(([metric]) => metricValue(exposition, metric) === 0);
    if (isEmpty || look === LOOKS) return exposition;
    await delay(lookEveryMs);
  }
}

/** What is still there after the class; `isJudged`: nothing may be, and what the server does not tell has no value. */
export function leftBehind(exposition: string, isJudged: boolean): readonly Figure[] {
  return COUNTED.flatMap(([metric, what, unit]) => {
    const value = metricValue(exposition, metric);
    if (value === null && !isJudged) return [];
    return [{ name: `left behind after the class: ${what}`, unit, value, goal: isJudged ? 1 : null, note: metric }];
  });
}

/** Why nobody can say that nothing was left behind; empty where all was read. */
export function leftBehindUnread(exposition: string): readonly string[] {
  const unread = COUNTED.filter(([metric]) => metricValue(exposition, metric) === null).map(([, what]) => what);
  if (unread.length === 0) return [];
  return [
    `what the class left behind could not be read (${unread.join(', ')}): see that /metrics of the server answers here, set LECTERN_METRICS_TOKEN ` +
      'to what the server has, and update a server that does not tell all of it',
  ];
}
