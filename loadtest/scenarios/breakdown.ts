import { sleep } from 'k6';
import { Crowd, look, type ClassToJoin, type Look } from 'k6/x/lectern';
import { note, tell } from './rehearsal/control.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const STEPS = 20;
const JOINS_PER_S = 2000 / 60;
const SETTLE_S = 10;
const step = Math.max(1, Math.round(settings.participants / STEPS));
const measureS = settings.minutes * 60;

/** What is no class any more, and what is no measurement. */
const BROKEN: readonly (readonly [what: string, isSo: (seen: Look) => boolean])[] = [
  ['more than 0.1 % of the sound was lost', ({ lossShare }) => lossShare > 0.001],
  ['one packet of a thousand was later than 200 ms', ({ latenessP999Ms }) => latenessP999Ms > 200],
  ['the generator itself was late to send', ({ sendLatenessP99Ms }) => sendLatenessP99Ms > 20],
];

/** More and more people until it breaks: where does what break first? Participants are the most to try, minutes those of one step. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS: settings.participants / JOINS_PER_S,
  extraS: measureS + STEPS * (SETTLE_S + measureS),
  thresholds: {},
  students(of) {
    const crowd = new Crowd(of, { contribute: 0.5 });
    const reason = raise(of, crowd);
    note({ 'first to break': reason ?? 'nothing, up to the most that was tried' });
    tell('leaving');
    crowd.leave();
  },
});

/** Why it broke; null where it did not. */
function raise(of: ClassToJoin, crowd: Crowd): string | null {
  // What the class takes by itself is nobody's cost.
  tell('step-0');
  sleep(measureS);
  for (let people = step; people <= settings.participants; people += step) {
    tell('joining');
    const joined = crowd.enter(step, step / JOINS_PER_S);
    if (joined < step) return `${people} students: ${step - joined} could not join`;
    sleep(SETTLE_S);
    look(of);
    tell(`step-${people}`);
    sleep(measureS);
    const seen = look(of);
    const broken = BROKEN.find(([, isSo]) => isSo(seen));
    if (broken !== undefined) return `${people} students: ${broken[0]}`;
  }
  return null;
}
