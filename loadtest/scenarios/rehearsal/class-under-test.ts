import { fail } from 'k6';
import http from 'k6/http';
import type { ClassToJoin, Seat } from 'k6/x/lectern';
import { reasonOf } from './http-answer.ts';
import { settings } from './settings.ts';

/** The class that a load test makes and removes. */
export interface ClassUnderTest extends ClassToJoin {
  readonly classId: string;
  readonly instructor: Seat;
}

const CREATED = 201;
/** Added to the time that the class is planned to take: it ends by itself where nobody is left to remove it. */
const SPARE_MINUTES = 10;

const headers = { authorization: `Bearer ${settings.token}`, 'content-type': 'application/json' };

/** Makes the class; ends the run in words where the server allows no load tests. */
export function makeClass(minutes: number): ClassUnderTest {
  const plan = { participants: settings.participants, minutes: Math.ceil(minutes) + SPARE_MINUTES };
  const answer = http.post(`${settings.origin}/api/load-tests`, JSON.stringify(plan), { headers });
  if (answer.status !== CREATED) {
    fail(`${settings.origin} makes no class for a load test: ${reasonOf(answer)}`);
  }
  const { classId, joinCode, instructor } = answer.json() as unknown as Omit<ClassUnderTest, 'origin' | 'token'>;
  return { origin: settings.origin, token: settings.token, classId, joinCode, instructor };
}

/** Removes it with all that was done in it. */
export function removeClass({ classId }: ClassUnderTest): void {
  http.del(`${settings.origin}/api/load-tests/${classId}`, null, { headers });
}
