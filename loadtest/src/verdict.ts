import { aggregate } from './aggregate.ts';
import { PLANNED_LOADS } from './planned-loads.ts';
import { parseSelector, select, type Point } from './points.ts';

/** A generator that is later than this at its own work measures itself, where a scenario's goals do not bear more. */
const LATE_MS = 20;
/** So late for ten seconds: a quarter of the strictest goal that it could spoil. One pause of the generator's own collector is less. */
const LATE_FOR_TEN_SECONDS_MS = 50;

const ANOTHER_MACHINE = 'run the generator on another machine (--target), or with nothing else on this one';
const FEWER_PEOPLE = 'run it with fewer people, or give the server more cores';

interface Disqualifies {
  readonly selector: string;
  readonly how: string;
  readonly from: number;
  readonly why: (value: number) => string;
  readonly remedy: string;
}

const MISSING_LOAD = 0.05;

const late = (selector: string, how: string, from: number, what: string): Disqualifies => ({
  ...{ selector, how, from },
  why: (ms) => `the generator was late to ${what}: p99 ${ms.toFixed(0)} ms, more than ${from}`,
  remedy: ANOTHER_MACHINE,
});

const disqualifies = (lateMs: number, forTenSecondsMs: number): readonly Disqualifies[] => [
  late('lectern_generator_send_lateness_p99', 'value', LATE_MS, 'send'),
  late('lectern_generator_scheduling_p99', 'value', lateMs, 'run its own tasks'),
  late('lectern_generator_send_lateness_p99_10s', 'max', forTenSecondsMs, 'send for ten seconds'),
  late('lectern_generator_scheduling_p99_10s', 'max', forTenSecondsMs, 'run its own tasks for ten seconds'),
  {
    ...{ selector: 'lectern_generator_receive_drops', how: 'max', from: 1 },
    why: (packets) => `the generator's receive buffers dropped ${packets} packets`,
    remedy: ANOTHER_MACHINE,
  },
  {
    ...{ selector: 'lectern_server_shedding', how: 'max', from: 1 },
    why: () => 'the server left something out of the class to keep the rest going',
    remedy: FEWER_PEOPLE,
  },
  ...PLANNED_LOADS.map(([kind, what]) => ({
    ...{ selector: `lectern_load_not_offered_share{kind:${kind}}`, how: 'value', from: MISSING_LOAD + Number.EPSILON },
    why: (share: number) =>
      `${(share * 100).toFixed(0)} % of the planned ${what} began too late or not at all, more than ${MISSING_LOAD * 100}`,
    remedy: ANOTHER_MACHINE,
  })),
];

/** Why a run says nothing about the server, each with its remedy; empty where it counts. `lateMs`: how late the generator may be to run its own tasks. */
export function whyItDoesNotCount(points: readonly Point[], lateMs = LATE_MS): readonly string[] {
  return disqualifies(lateMs, Math.max(lateMs, LATE_FOR_TEN_SECONDS_MS)).flatMap(
    ({ selector, how, from, why, remedy }) => {
      const value = aggregate(
        how,
        select(points, parseSelector(selector)).map((point) => point.value),
      );
      return value !== null && value >= from ? [`${why(value)}: ${remedy}`] : [];
    },
  );
}
