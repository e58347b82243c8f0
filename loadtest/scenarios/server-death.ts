import { sleep } from 'k6';
import { Gauge } from 'k6/metrics';
import { Crowd, present } from 'k6/x/lectern';
import { breakIt, tell } from './rehearsal/control.ts';
import { join } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 2000 / 60;
const BEFORE_S = 15;
const GIVEN_UP_AFTER_MS = 60_000;
const enterS = settings.participants / JOINS_PER_S;

/** From the server's being ready again until everybody is connected. */
const back = new Gauge('lectern_everybody_back', true);

/** SIGKILL of the server in a full class: once it is up again, everybody is back soon. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: BEFORE_S,
  thresholds: {
    lectern_join_failures: ['count<1'],
    ...join(1500),
    lectern_everybody_back: ['value<10000'],
  },
  students(of) {
    const crowd = new Crowd(of, { contribute: 0.5 });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    sleep(BEFORE_S);
    breakIt('server-death');
    const up = Date.now();
    while (present(of) < settings.participants && Date.now() - up < GIVEN_UP_AFTER_MS) sleep(0.1);
    back.add(Date.now() - up);
    sleep(settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
