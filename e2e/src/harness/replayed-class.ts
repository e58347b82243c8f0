import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WINDOW_MS, type ClassDetail } from '@lectern/contracts';
import { LightClient, type Product, type School } from '@lectern/testbed';
import type { AnalyticsApart, Replayed } from './analytics-apart.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** From turning the clock back to the restarted server: the class clock reads the end of the replay about then. */
const RESTART_MS = 6_000;

/**
 * A live class in its middle: starts it, replays what has passed of it into the analytics process that `product` uses, and
 * brings the server back with the class clock turned forward to the end of the replay.
 */
export async function replayedClass(
  product: Product,
  school: School,
  analytics: AnalyticsApart,
  people: Replayed,
): Promise<ClassDetail> {
  const planned = await school.planClass({ title: 'Moments of inertia' });
  const instructor = await LightClient.connect(product.url, await school.teach(planned));
  await instructor.request('start-class', {});
  instructor.close();
  await product.kill();
  await analytics.replay(planned.classId, people);
  const started = new Date(Date.now() + RESTART_MS - people.windows * WINDOW_MS).toISOString();
  await promisify(execFile)(process.execPath, [
    join(ROOT, 'server/lab/turn-back-clock.ts'),
    ...['--data', product.dataDir, '--class', planned.classId, '--started', started],
    ...['--lanes', String(Math.floor((people.windows * WINDOW_MS) / 60_000))],
  ]);
  await product.restart();
  return planned;
}
