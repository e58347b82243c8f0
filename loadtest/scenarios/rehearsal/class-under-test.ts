import { fail, sleep } from 'k6';
import http from 'k6/http';
import type { ClassToJoin, Seat } from 'k6/x/lectern';
import { keptMinutes } from './class-time.ts';
import { tellClass, tellGone } from './control.ts';
import { reasonOf } from './http-answer.ts';
import { settings } from './settings.ts';

/** The class that a load test makes and removes. */
export interface ClassUnderTest extends ClassToJoin {
  readonly classId: string;
  readonly instructor: Seat;
}

const CREATED = 201;
const REMOVED = 204;
/** It was removed before, as by its own end. */
const NOT_THERE = 404;
const TRIES = 4;
const TRY_AGAIN_S = 2;
/** One that hangs is asked again. */
const timeout = '10s';
const NO_ANSWER = 0;

const headers = { authorization: `Bearer ${settings.token}`, 'content-type': 'application/json' };

/** Makes a class that is planned to take so long; ends the run in words where the server allows no load tests. */
export function makeClass(lastsS: number): ClassUnderTest {
  const plan = { participants: settings.participants, minutes: keptMinutes(lastsS) };
  const answer = http.post(`${settings.origin}/api/load-tests`, JSON.stringify(plan), { headers });
  if (answer.status !== CREATED) {
    fail(`${settings.origin} makes no class for a load test: ${reasonOf(answer)}`);
  }
  const { classId, joinCode, instructor } = answer.json() as unknown as Omit<ClassUnderTest, 'origin' | 'token'>;
  tellClass({ classId, joinCode });
  return { origin: settings.origin, token: settings.token, classId, joinCode, instructor };
}

/** Removes it with all that was done in it; where the server does not, the command tries once more, and says what to do. */
export function removeClass({ classId }: ClassUnderTest): void {
  const url = `${settings.origin}/api/load-tests/${classId}`;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const answer = http.del(url, null, { headers, timeout });
    if (answer.status === NOT_THERE && tried === 1) tellGone();
    if (answer.status === REMOVED || answer.status === NOT_THERE) {
      tellClass(null);
      return;
    }
    // It ends with a server of the load test's own.
    if (settings.ownServer && answer.status === NO_ANSWER) return;
    if (tried < TRIES) sleep(TRY_AGAIN_S);
  }
}
