import { sleep } from 'k6';
import { Crowd, type Teaching } from 'k6/x/lectern';
import { tell } from './control.ts';
import { NOBODY_LOST, sound } from './goals.ts';
import { lecture, type Lecture } from './lecture.ts';
import { settings } from './settings.ts';
import { untilAllHear } from './window.ts';

const JOINS_PER_S = 33;
/** Until all hear it may take this long, and nobody hears who does not within twice that. */
const START_S = 30;
const GIVEN_UP_AFTER_MS = 60_000;
const enterS = settings.participants / JOINS_PER_S;

/** Everybody waits when the teacher starts the class: all of them bring up their links at once, and are to hear soon. */
export function classStart(doors: NonNullable<Teaching['doors']>): Lecture {
  return lecture({
    doors,
    enterS,
    extraS: START_S,
    thresholds: {
      ...NOBODY_LOST,
      'lectern_join{phase:start}': ['p(95)<10000', `max<${START_S * 1000}`],
      ...sound(0.001, 1_000),
    },
    students(of) {
      const crowd = new Crowd(of, { contribute: settings.contribute });
      crowd.enter(settings.participants, enterS);
      const watch = crowd.watch();
      tell('starting');
      untilAllHear(watch, Date.now(), GIVEN_UP_AFTER_MS);
      tell('settled');
      sleep(settings.minutes * 60);
      tell('leaving');
      crowd.leave();
    },
  });
}
