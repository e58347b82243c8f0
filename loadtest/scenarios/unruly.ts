import { Counter } from 'k6/metrics';
import { Crowd, type Lies } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { join } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';

const JOINS_PER_S = 20;
const UNRULY_SHARE = 0.05;
/** One after the other, again and again until the time is over. */
const [READ_NOTHING_S, LIE_S, ROAM_S] = [8, 5, 5];
/** Past every limit: the server cuts whoever sends so much. */
const LIES: Lies = { framesPerSecond: 50, packetsPerSecond: 500, datagramsPerSecond: 600 };
/** What those who do not read leave unread: fifty of the longest lines are more than the server keeps for one of them. */
const LONG_LINES = { chatsPerSecond: 15, chatCharacters: 2000 };
const FILL_CHAT_S = 4;

const each = Math.max(1, Math.round(settings.participants * UNRULY_SHARE));
const calm = Math.max(1, settings.participants - 3 * each);
const enterS = settings.participants / JOINS_PER_S;
const roundS = READ_NOTHING_S + LIE_S + ROAM_S;
const rounds = Math.max(1, Math.floor((settings.minutes * 60) / roundS));

/** Of those who should have changed their network: a rehearsal in which nobody did proves nothing. */
const stayed = new Counter('lectern_roamers_who_stayed');

/** Some do not read what they are sent, some send garbage, some change their network: they do harm to themselves alone. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: FILL_CHAT_S + rounds * roundS - settings.minutes * 60,
  thresholds: {
    ...join(1500),
    'lectern_join_failures{group:others}': ['count<1'],
    'lectern_disconnects{group:others}': ['count<1'],
    'lectern_students_deaf{group:others,state:settled}': ['value<1'],
    'lectern_audio_loss_share{group:others}': ['value<0.001'],
    'lectern_cut_p95{group:liars}': ['value<1000'],
    lectern_roamers_who_stayed: ['count<1'],
  },
  students(of) {
    const others = new Crowd(of, { contribute: 0.5, group: 'others', prefix: 'Other' });
    const slow = new Crowd(of, { slowReaders: true, group: 'slow readers', prefix: 'Slow' });
    const liars = new Crowd(of, { contribute: 1, group: 'liars', prefix: 'Liar' });
    const roamers = new Crowd(of, { contribute: 0.5, group: 'roamers', prefix: 'Roamer' });
    others.enter(calm, calm / JOINS_PER_S);
    for (const crowd of [slow, liars, roamers]) crowd.enter(each, each / JOINS_PER_S);
    tell('settled');
    others.act(LONG_LINES, FILL_CHAT_S);
    for (let round = 0; round < rounds; round += 1) {
      slow.stopReading(READ_NOTHING_S);
      liars.lie(LIES, LIE_S);
      stayed.add(each - roamers.roam(ROAM_S));
    }
    tell('leaving');
    for (const crowd of [slow, liars, roamers, others]) crowd.leave();
  },
});
