import type { Health } from '@lectern/contracts';
import type { Drain } from './drain.ts';

type Parts = Health['parts'];

export interface ReadinessSources {
  readonly version: string;
  readonly drain: Drain;
  readonly database: () => Promise<Parts['database']>;
  readonly vision: () => Promise<Parts['vision']>;
  readonly media: () => Parts['media'];
  readonly analytics: () => Parts['analytics'];
}

const NO_DATABASE = 'The database does not answer: nobody can join a class.';
const NO_MEDIA = 'No media worker runs: nobody would hear or see anything.';
const DRAINING = 'The server is prepared for an update: classes that run go on, and none can be started.';

/** Ready is: a class could be started and joined. The figures' and the vision's part may be away without that. */
export async function readiness(sources: ReadinessSources): Promise<Health> {
  const [database, vision] = await Promise.all([sources.database(), sources.vision()]);
  const parts = { database, media: sources.media(), analytics: sources.analytics(), vision };
  const failing = [
    ...(database.status === 'ok' ? [] : [NO_DATABASE]),
    ...(parts.media.status === 'ok' ? [] : [NO_MEDIA]),
  ];
  const draining = sources.drain.since === null ? [] : [DRAINING];
  const reasons = [...failing, ...draining];
  return {
    status: failing.length > 0 ? 'failing' : draining.length > 0 ? 'draining' : 'ok',
    version: sources.version,
    ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
    parts,
  };
}
