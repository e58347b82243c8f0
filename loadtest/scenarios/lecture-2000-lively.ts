import { Crowd } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { join, lively, NOBODY_LOST, scores, sound } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const { participants, minutes } = settings;
const enterS = participants / (2000 / 60);
/** What two thousand do; fewer do less. */
const part = participants / 2000;
const acts = { chatsPerSecond: 10 * part, handsPerSecond: 10 * part, reactionsPerSecond: 180 * part };

/** Two thousand in a lively class: they write, raise hands and react, all the time. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  thresholds: { ...NOBODY_LOST, ...join(1500), ...sound(0.0005, 200), ...scores(0.01), ...lively() },
  students(of) {
    const crowd = new Crowd(of, { contribute: settings.contribute });
    crowd.enter(participants, enterS);
    tell('settled');
    crowd.act(acts, minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});
