import { Counter } from 'k6/metrics';
import { Crowd, type ClassToJoin, type Flood, type Heard } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { join } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings, type Thresholds } from './rehearsal/settings.ts';
import { tellStretch } from './rehearsal/window.ts';
import { worstRound } from './rehearsal/worst-round.ts';

const JOINS_PER_S = 20;
const UNRULY_SHARE = 0.05;
/** One after the other, again and again until the time is over. */
const [READ_NOTHING_S, ROAM_S] = [8, 5];

interface PlannedFlood {
  readonly of: Flood;
  /** From each of those who flood: past every limit soon enough that a second is time to cut them. */
  readonly perSecond: number;
}

/** Packets are of 1,000 bytes: 32 Mbit/s from one student. */
const FLOODS: readonly PlannedFlood[] = [
  { of: 'frames', perSecond: 1_000 },
  { of: 'packets', perSecond: 4_000 },
  { of: 'datagrams', perSecond: 600 },
  { of: 'garbage', perSecond: 200 },
];
const FLOOD_S = 3;
/** In each round so many flood alone, one after the other, beside those who do it together: many are noticed sooner than one. */
const ALONE = 2;
const CUT_WITHIN_MS = 1_000;
/** What those who do not read leave unread: fifty of the longest lines are more than the server keeps for one of them. */
const LONG_LINES = { chatsPerSecond: 15, chatCharacters: 2000 };
const FILL_CHAT_S = 4;

const each = Math.max(1, Math.round(settings.participants * UNRULY_SHARE));
const calm = Math.max(1, settings.participants - 3 * each);
const enterS = settings.participants / JOINS_PER_S;
const floodsS = FLOODS.length * (each / JOINS_PER_S + FLOOD_S + ALONE * (1 / JOINS_PER_S + FLOOD_S));
const roundS = READ_NOTHING_S + floodsS + ROAM_S;
const rounds = Math.max(1, Math.floor((settings.minutes * 60) / roundS));

/** Of those who should have changed their network: a rehearsal in which nobody did proves nothing. */
const stayed = new Counter('lectern_roamers_who_stayed');
/** Of those who flooded: how soon the others were cut says nothing of them. */
const uncut = new Counter('lectern_floods_not_cut');

const together = ({ of }: PlannedFlood): string => `floods of ${of}`;
const alone = ({ of }: PlannedFlood): string => `floods of ${of} by one`;
const cut: Thresholds = Object.fromEntries(
  FLOODS.flatMap((flood) => [
    [`lectern_cut_p95{group:${alone(flood)}}`, [`value<${CUT_WITHIN_MS}`]],
    [`lectern_floods_not_cut{group:${alone(flood)}}`, ['count<1']],
    [`lectern_floods_not_cut{group:${together(flood)}}`, ['count<1']],
  ]),
);

/** Some do not read what they are sent, some flood the server in each way that there is, some change their network: they do harm to themselves alone. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS,
  extraS: FILL_CHAT_S + rounds * roundS - settings.minutes * 60,
  thresholds: {
    ...join(1500),
    'lectern_join_failures{group:others}': ['count<1'],
    'lectern_disconnects{group:others}': ['count<1'],
    'lectern_links_ended{group:others}': ['count<1'],
    'lectern_students_deaf{group:others,state:settled}': ['value<1'],
    'lectern_window_audio_loss_share{window:floods,people:others}': ['value<0.001'],
    ...cut,
    lectern_roamers_who_stayed: ['count<1'],
  },
  students(of) {
    const others = new Crowd(of, { contribute: settings.contribute, group: 'others', prefix: 'Other' });
    const slow = new Crowd(of, { slowReaders: true, unruly: true, group: 'slow readers', prefix: 'Slow' });
    const roamers = new Crowd(of, {
      contribute: settings.contribute,
      unruly: true,
      group: 'roamers',
      prefix: 'Roamer',
    });
    others.enter(calm, calm / JOINS_PER_S);
    for (const crowd of [slow, roamers]) crowd.enter(each, each / JOINS_PER_S);
    tell('settled');
    others.act(LONG_LINES, FILL_CHAT_S);
    const heard: Heard[] = [];
    for (let round = 0; round < rounds; round += 1) {
      slow.stopReading(READ_NOTHING_S);
      const watch = others.watch();
      for (const planned of FLOODS) {
        flood(of, planned, together(planned), each);
        for (let one = 0; one < ALONE; one += 1) flood(of, planned, alone(planned), 1);
      }
      heard.push(watch.heard());
      stayed.add(each - roamers.roam(ROAM_S));
    }
    tellStretch('floods', { people: 'others', heard: worstRound(heard) });
    tell('leaving');
    for (const crowd of [slow, roamers, others]) crowd.leave();
  },
});

/** Each flood is one of others who come for it: whoever was cut may not open the same link again for a minute. */
function flood(to: ClassToJoin, { of, perSecond }: PlannedFlood, group: string, people: number): void {
  const flooding = new Crowd(to, { contribute: 1, unruly: true, group, prefix: `Flood of ${of}` });
  flooding.enter(people, people / JOINS_PER_S);
  uncut.add(people - flooding.flood(of, perSecond, FLOOD_S), { group });
  flooding.leave();
}
