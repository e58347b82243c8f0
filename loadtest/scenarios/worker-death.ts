import { sleep } from 'k6';
import { breakIt, note } from './rehearsal/control.ts';
import { inFullClass } from './rehearsal/full-class.ts';
import { join, NOBODY_LOST } from './rehearsal/goals.ts';
import { tellStretch, unharmed, untilAllHear } from './rehearsal/window.ts';

/** By then whoever lost the media has fallen silent: before, everybody seems to hear. */
const SHOWS_AFTER_S = 2;
const GIVEN_UP_AFTER_MS = 60_000;

/** SIGKILL of a media worker in a full class: its people are back soon, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = inFullClass(
  {
    ...NOBODY_LOST,
    ...join(1500),
    lectern_media_outage_p95: ['value<5000'],
    ...unharmed('fault', 'undisturbed'),
  },
  (crowd) => {
    const watch = crowd.watch();
    breakIt('worker-death');
    watch.fromNow();
    const killedMs = Date.now();
    sleep(SHOWS_AFTER_S);
    const ms = untilAllHear(watch, killedMs, GIVEN_UP_AFTER_MS);
    note({ 'the worker that died': watch.stageDisturbed() ? 'had the stage' : 'had listeners alone' });
    tellStretch('fault', { people: 'undisturbed', heard: watch.heardByUndisturbed(), ms });
  },
);
