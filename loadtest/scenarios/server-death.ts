import { sleep } from 'k6';
import { Gauge } from 'k6/metrics';
import { Crowd, differing, present, remember, type ClassToJoin } from 'k6/x/lectern';
import { killServer, tell } from './rehearsal/control.ts';
import { join } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';
import { untilAllHear } from './rehearsal/window.ts';

const JOINS_PER_S = 2000 / 60;
const BEFORE_S = 15;
const GIVEN_UP_AFTER_MS = 60_000;
const LINES_PER_S = 1;
/** One of ten, and no more than staff are shown in order. */
const hands = Math.min(100, Math.ceil(settings.participants / 10));
/** By then what was said and raised last has come to everybody, and the scores of the last window are acknowledged. */
const QUIET_S = 3;
/** A server that comes back gives its people 45 seconds at most before it closes windows; only then it tells what it has of them. */
const RECOUNT_S = 90;
const enterS = settings.participants / JOINS_PER_S;

/** From the server's being ready again until everybody is connected. */
const back = new Gauge('lectern_everybody_back', true);
/** The same until the last hears. */
const hears = new Gauge('lectern_everybody_hears', true);
/** Who did not come back to the chat and the hands that were there. */
const changed = new Gauge('lectern_chat_or_hands_changed');
const asked = new Gauge('lectern_scores_asked_again');
const lost = new Gauge('lectern_acknowledged_scores_lost');

/** SIGKILL of the server in a full class: once it is up again, everybody is back soon and hears, and nothing of the class is lost. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: BEFORE_S + QUIET_S + RECOUNT_S,
  thresholds: {
    lectern_join_failures: ['count<1'],
    ...join(1500),
    lectern_everybody_back: ['value<10000'],
    lectern_everybody_hears: ['value<10000'],
    lectern_chat_or_hands_changed: ['value<1'],
    lectern_acknowledged_scores_lost: ['value<1'],
  },
  students(of) {
    const crowd = new Crowd(of, { contribute: settings.contribute });
    crowd.enter(settings.participants, enterS);
    tell('settled');
    crowd.raiseHands(hands);
    crowd.act({ chatsPerSecond: LINES_PER_S }, BEFORE_S);
    sleep(QUIET_S);
    dieAndReturn(of, crowd);
    sleep(settings.minutes * 60);
    tell('leaving');
    crowd.leave();
  },
});

function dieAndReturn(of: ClassToJoin, crowd: Crowd): void {
  const before = remember(of);
  const watch = crowd.watch();
  killServer();
  watch.fromNow();
  const up = Date.now();
  while (present(of) < settings.participants && Date.now() - up < GIVEN_UP_AFTER_MS) sleep(0.1);
  back.add(Date.now() - up);
  hears.add(untilAllHear(watch, up, GIVEN_UP_AFTER_MS));
  // Where there was nothing to lose, it is not shown that nothing is.
  if (before.lines > 0 && before.hands > 0) changed.add(differing(of));
  const scores = watch.recount(RECOUNT_S);
  asked.add(scores.asked);
  if (scores.asked > 0) lost.add(scores.missing);
}
