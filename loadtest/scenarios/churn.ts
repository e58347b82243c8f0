import { Crowd } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { join, NOBODY_LOST, sound } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 2000 / 60;
/** Of a class of 500, forty come and forty go each second. */
const CHURN_PER_S = (settings.participants * 40) / 500;
const enterS = settings.participants / JOINS_PER_S;

/** People come and go all the time: memory stays flat, and nothing is left behind. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  thresholds: { ...NOBODY_LOST, ...join(1500), ...sound(0.001, 200) },
  students(of) {
    const crowd = new Crowd(of, { contribute: settings.contribute });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    crowd.churn(CHURN_PER_S, settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
