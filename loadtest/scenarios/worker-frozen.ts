import { breakIt } from './rehearsal/control.ts';
import { inFullClass } from './rehearsal/full-class.ts';
import { join, NOBODY_LOST } from './rehearsal/goals.ts';

/** The server asks each worker once a second, and takes one for frozen that left six questions open. */
const FOUND_AFTER_MS = 7_000;
const BACK_AFTER_MS = 5_000;

/**
 * SIGSTOP of a media worker in a full class: it is found and replaced, and everybody hears again.
 * Where the teacher publishes on it, those on other workers hear nothing either until it is found: their loss is told, not judged.
 */
export const { options, setup, teardown, instructor, students, server } = inFullClass(
  {
    ...NOBODY_LOST,
    ...join(1500),
    lectern_media_outage_p95: [`value<${FOUND_AFTER_MS + BACK_AFTER_MS}`],
  },
  () => {
    breakIt('worker-freeze');
  },
);
