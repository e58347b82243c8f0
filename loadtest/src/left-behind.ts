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

/** What a server said of itself in its /metrics before a class and after it. */
export interface BeforeAndAfter {
  readonly before: string;
  readonly after: string;
}

/** The exposition once there is no more than before the class, or as it is after five seconds. */
export async function afterTheClass(
  before: string,
  read: () => Promise<string>,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<string> {
  for (let look = 1; ; look += 1) {
    const after = await read();
    const isGone = COUNTED.every(([metric]) => (metricValue(after, metric) ?? Infinity) <= were(before, metric));
    if (isGone || look === LOOKS) return after;
    await delay(lookEveryMs);
  }
}

/** How many there were before; none where the server did not say. */
function were(before: string, metric: string): number {
  return metricValue(before, metric) ?? 0;
}

/** What was there before the class, in words: of other classes, or of a load test that was broken off. Null where nothing was. */
export function thereBefore(before: string): string | null {
  const there = COUNTED.filter(([metric]) => were(before, metric) > 0);
  return there.length === 0 ? null : there.map(([metric, what]) => `${were(before, metric)} ${what}`).join(', ');
}

/** What is there after the class and was not before; `isJudged`: nothing may be, and what the server did not tell has no value. */
export function leftBehind({ before, after }: BeforeAndAfter, isJudged: boolean): readonly Figure[] {
  return COUNTED.flatMap(([metric, what, unit]) => {
    const [earlier, there] = [metricValue(before, metric), metricValue(after, metric)];
    const isTold = earlier !== null && there !== null;
    if (!isTold && !isJudged) return [];
    return [
      {
        ...{ name: `left behind after the class: ${what}`, unit, goal: isJudged ? 1 : null },
        value: isTold ? Math.max(0, there - earlier) : null,
        note: earlier === null || earlier === 0 ? metric : `${metric}, beside ${earlier} that were there before`,
      },
    ];
  });
}

/**
 * Why nobody can say that nothing was left behind; empty where all was read, before and after, and nothing is there any more, or was there before: of some
 * that went meanwhile as many may have stayed of this class.
 */
export function leftBehindUnread({ before, after }: BeforeAndAfter): readonly string[] {
  const unread = COUNTED.filter(
    ([metric]) => metricValue(before, metric) === null || metricValue(after, metric) === null,
  ).map(([, what]) => what);
  const hidden = COUNTED.filter(([metric]) => were(before, metric) > 0 && (metricValue(after, metric) ?? 0) > 0).map(
    ([, what]) => what,
  );
  return [
    ...(unread.length === 0
      ? []
      : [
          `what the class left behind could not be read (${unread.join(', ')}): see that /metrics of the server answers here, set LECTERN_METRICS_TOKEN ` +
            'to what the server has, and update a server that does not tell all of it',
        ]),
    ...(hidden.length === 0
      ? []
      : [
          `before the class and after it there were ${hidden.join(', ')}, so nobody can tell which of these are its own: ` +
            'run it once no other class is on the server and earlier load tests are over',
        ]),
  ];
}
