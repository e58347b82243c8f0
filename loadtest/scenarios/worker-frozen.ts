import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import { breakIt, tell } from './rehearsal/control.ts';
import { join, NOBODY_LOST } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 33;
const BEFORE_S = 15;
/** The server asks each worker once a second, and takes one for frozen that left six questions open. */
const FOUND_AFTER_MS = 7_000;
const BACK_AFTER_MS = 5_000;
const enterS = settings.participants / JOINS_PER_S;

/**
 * SIGSTOP of a media worker in a full class: it is found and replaced, and everybody hears again.
 * Where the teacher publishes on it, those on other workers hear nothing either until it is found: their loss is told, not judged.
 */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: BEFORE_S,
  thresholds: {
    ...NOBODY_LOST,
    ...join(1500),
    lectern_media_outage_p95: [`value<${FOUND_AFTER_MS + BACK_AFTER_MS}`],
  },
  students(of) {
    const crowd = new Crowd(of, { contribute: 0.5 });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    sleep(BEFORE_S);
    breakIt('worker-freeze');
    sleep(settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
