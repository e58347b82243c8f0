import { MOST_MINUTES_OF_A_LOAD_TEST } from '@lectern/contracts';
import { keptMinutes, STUDENTS_AFTER_S } from '../scenarios/rehearsal/class-time.ts';
import { allHeldS, heldFor, JOINS_PER_S, loadsUpTo } from '../scenarios/rehearsal/loads.ts';
import { UsageError } from '@lectern/testbed';
import { MOST_MINUTES, type Asked } from './command-line.ts';
import type { Scenario } from './scenarios.ts';

/** How long a scenario plans to take, in whole minutes, read from what `k6 inspect` prints of it: see scenarios/rehearsal/lecture.ts. */
export function plannedMinutes(inspected: string): number {
  const { scenarios } = JSON.parse(inspected) as {
    readonly scenarios: { readonly students: { readonly env: { readonly LASTS_S: string } } };
  };
  return Math.ceil(Number(scenarios.students.env.LASTS_S) / 60);
}

/** Throws a UsageError for a class that takes longer than a server takes one for a load test. */
export function checkItFits({ scenario, minutes }: Asked, takesMinutes: number): void {
  if (isTaken(takesMinutes * 60)) return;
  throw new UsageError(
    `${scenario.name} with --minutes ${minutes} takes about ${takesMinutes} minutes, more than a server takes a class of a load test for ` +
      `(${MOST_MINUTES_OF_A_LOAD_TEST}, those included in which nobody is left): give fewer --minutes.`,
  );
}

/** For how many whole minutes each load can be held at the most, where the load is raised to so many people: all of it is one class. 0: not for one. */
export function longestHeldMinutes(participants: number): number {
  const lastsS = (minutes: number): number =>
    STUDENTS_AFTER_S + participants / JOINS_PER_S + allHeldS(participants, minutes * 60);
  let longest = MOST_MINUTES;
  while (longest > 0 && !isTaken(lastsS(longest))) longest -= 1;
  return longest;
}

function isTaken(lastsS: number): boolean {
  return keptMinutes(lastsS) <= MOST_MINUTES_OF_A_LOAD_TEST;
}

/** Of fewer students the cost of one is lost in what the class takes anyway. */
export const FEWEST_JUDGED = 100;

/** The line that says what begins, and how long it takes; a second one where its goal cannot be judged. */
export function plannedInWords({ scenario, participants, minutes }: Asked, takesMinutes: number): string {
  const takes = `takes about ${takesMinutes} ${takesMinutes === 1 ? 'minute' : 'minutes'}`;
  if (scenario.costRiseBelow === undefined) return `${scenario.name}: ${participants} people; ${takes}`;
  const plan = `${scenario.name}: ${loadsInWords(participants, minutes)}; ${takes}, less where it breaks before`;
  if (loadsUpTo(participants).filter((load) => load >= FEWEST_JUDGED).length > 1) return plan;
  return `${plan}\nIts goal, what one student costs, cannot be judged with so few people: give --participants ${2 * FEWEST_JUDGED} or more.`;
}

/** The loads that are tried up to so many people, and how long each is held. */
export function loadsInWords(participants: number, minutes: number): string {
  const loads = loadsUpTo(participants);
  const usualS = minutes * 60;
  const { settleS, heldS } = heldFor(0, usualS);
  const longer = loads.includes(100) ? 'nobody, and 100 people,' : 'nobody';
  const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`;
  return (
    `${loads.length === 1 ? 'one load' : `${loads.length} loads`} up to ${participants} people, ${loads.length === 1 ? '' : 'each '}held for ${seconds(usualS)} ` +
    `(${longer} for ${seconds(heldS)}) after ${seconds(settleS)} to settle`
  );
}

/** The scenarios, a line each, with what they are set to and how long that takes. */
export function listOf(scenarios: readonly Scenario[]): string {
  return scenarios
    .map(({ name, about, participants, minutes, takesMinutes, cameraKbps, costRiseBelow }) => {
      const camera = cameraKbps === undefined ? '' : `, a camera of ${cameraKbps} kbit/s`;
      const set =
        costRiseBelow === undefined
          ? `${participants} people for ${minutes} min once they are in${camera}`
          : loadsInWords(participants, minutes);
      return `${name.padEnd(20)} ${about} (${set}; about ${takesMinutes} min in all)`;
    })
    .join('\n');
}
