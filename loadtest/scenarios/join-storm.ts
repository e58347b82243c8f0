import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import { tell } from './rehearsal/control.ts';
import { NOBODY_LOST } from './rehearsal/goals.ts';
import { lecture } from './rehearsal/lecture.ts';
import { settings } from './rehearsal/settings.ts';
import { tellStretch, unharmed } from './rehearsal/window.ts';

/** Of twenty, one is inside when the others come. */
const inside = Math.max(1, Math.round(settings.participants / 20));
const INSIDE_PER_S = 20;
const INSIDE_SETTLE_S = 10;
/** Seats are taken before, so that the storm is one of connections: its clock starts with the WebSocket. */
const SEATS_PER_S = 150;
const STORM_S = 2;
const stormy = settings.participants - inside;
/** The queue at the door may take this long. */
const QUEUE_S = 30;

/** A full lecture hall at the door within two seconds: all get in, and those inside notice nothing. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  enterS: inside / INSIDE_PER_S + INSIDE_SETTLE_S + stormy / SEATS_PER_S + QUEUE_S,
  thresholds: {
    ...NOBODY_LOST,
    'lectern_join{phase:join,group:storm}': ['p(95)<10000'],
    ...unharmed('storm', 'inside'),
  },
  students(of) {
    const first = new Crowd(of, { contribute: settings.contribute, group: 'inside', prefix: 'Inside' });
    first.enter(inside, inside / INSIDE_PER_S);
    sleep(INSIDE_SETTLE_S);
    const storm = new Crowd(of, { contribute: settings.contribute, group: 'storm', prefix: 'Storm' });
    storm.sit(stormy, stormy / SEATS_PER_S);
    const watch = first.watch();
    const beganMs = Date.now();
    storm.enter(stormy, STORM_S);
    tellStretch('storm', { people: 'inside', heard: watch.heard(), ms: Date.now() - beganMs });
    tell('settled');
    sleep(settings.minutes * 60);
    tell('leaving');
    storm.leave();
    first.leave();
  },
});
