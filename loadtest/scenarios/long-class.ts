import { Counter } from 'k6/metrics';
import { Crowd } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { join, NOBODY_LOST, sound } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const { participants, minutes } = settings;
const JOINS_PER_S = 2000 / 60;
const enterS = participants / JOINS_PER_S;
/** What so many do together in each second of a class at ten times its speed. */
const part = participants / 200;
const acts = { chatsPerSecond: 2 * part, handsPerSecond: 2 * part, reactionsPerSecond: 20 * part };
/** Ten times as often as somebody is asked to speak every few minutes; whoever is, speaks for one round. */
const INVITE_EVERY_S = 20;
const ROUND_S = 30;
/** Of those who sit there, so many go and come again in each round: a break, another room, a dead battery. */
const leave = Math.max(1, Math.round(participants / 20));

/** In each somebody should have come to speak. */
const silent = new Counter('lectern_rounds_without_speaker');

/** Everything that happens in a class of three hours, in a tenth of its time: memory stays flat, and nothing is left behind. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  inviteEveryS: INVITE_EVERY_S,
  thresholds: { ...NOBODY_LOST, ...join(1500), ...sound(0.001, 200), lectern_rounds_without_speaker: ['count<1'] },
  students(of) {
    const crowd = new Crowd(of, { contribute: settings.contribute, onStage: true });
    crowd.enter(participants, enterS);
    tell('settled');
    for (let round = 0; round < (minutes * 60) / ROUND_S; round += 1) {
      crowd.act(acts, ROUND_S / 2);
      crowd.churn(leave / (ROUND_S / 2), ROUND_S / 2);
      silent.add(crowd.onStage() > 0 ? 0 : 1);
      crowd.leaveStage();
    }
    tell('leaving');
    crowd.leave();
  },
});
