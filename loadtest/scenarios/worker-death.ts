import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import { breakIt, note, tell } from './rehearsal/control.ts';
import { join, NOBODY_LOST } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';
import { tellStretch, unharmed, untilAllHear } from './rehearsal/window.ts';

const JOINS_PER_S = 33;
const BEFORE_S = 15;
/** By then whoever lost the media has fallen silent: before, everybody seems to hear. */
const SHOWS_AFTER_S = 2;
const GIVEN_UP_AFTER_MS = 60_000;
const enterS = settings.participants / JOINS_PER_S;

/** SIGKILL of a media worker in a full class: its people are back soon, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: BEFORE_S,
  thresholds: {
    ...NOBODY_LOST,
    ...join(1500),
    lectern_media_outage_p95: ['value<5000'],
    ...unharmed('fault', 'undisturbed'),
  },
  students(of) {
    const crowd = new Crowd(of, { contribute: 0.5 });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    sleep(BEFORE_S);
    const watch = crowd.watch();
    breakIt('worker-death');
    watch.fromNow();
    const killedMs = Date.now();
    sleep(SHOWS_AFTER_S);
    const ms = untilAllHear(watch, killedMs, GIVEN_UP_AFTER_MS);
    note({ 'the worker that died': watch.stageDisturbed() ? 'had the stage' : 'had listeners alone' });
    tellStretch('fault', { people: 'undisturbed', heard: watch.heardByUndisturbed(), ms });
    sleep(settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
