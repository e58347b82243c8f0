import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import { breakIt, tell } from './rehearsal/control.ts';
import { join, NOBODY_LOST } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 33;
const BEFORE_S = 15;
const enterS = settings.participants / JOINS_PER_S;

/** SIGKILL of a media worker in a full class: its people are back soon, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: BEFORE_S,
  thresholds: {
    ...NOBODY_LOST,
    ...join(1500),
    lectern_media_outage_p95: ['value<5000'],
    'lectern_audio_loss_of{people:undisturbed}': ['value<0.001'],
  },
  students(of) {
    const crowd = new Crowd(of, { contribute: 0.5 });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    sleep(BEFORE_S);
    breakIt('worker-death');
    sleep(settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
