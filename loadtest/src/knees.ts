import { percentile } from '@lectern/testbed';
import { bendOf, FEWEST_FOR_A_BEND, type Bend } from './bend.ts';
import { parseSelector, select, type Point } from './points.ts';
import type { RunFigure } from './result.ts';
import { stepsOf, type Step } from './steps.ts';

/** One resource. */
interface Resource {
  readonly name: string;
  readonly selector: string;
  readonly unit: string;
  /** What it must stay below; null: nothing is known. */
  readonly limit: number | null;
}

const RESOURCES: readonly Resource[] = [
  { name: 'server’s CPU', selector: 'lectern_server_cpu{part:server}', unit: 'cores', limit: 1 },
  { name: 'media workers’ CPU together', selector: 'lectern_server_cpu{part:worker}', unit: 'cores', limit: null },
  { name: 'analytics’ CPU', selector: 'lectern_server_cpu{part:analytics}', unit: 'cores', limit: 1 },
  { name: 'generator’s CPU', selector: 'lectern_generator_cpu', unit: 'cores', limit: null },
  { name: 'event loop p99', selector: 'lectern_server_event_loop_p99', unit: 'ms', limit: 50 },
  { name: 'lateness of sound p99.9', selector: 'lectern_audio_lateness{quantile:p999}', unit: 'ms', limit: 200 },
];

/** Up to which load each resource took no more of one more student, and stayed within its limit; nothing for a run without steps. */
export function kneesOf(points: readonly Point[]): readonly RunFigure[] {
  const steps = stepsOf(points).filter(({ people }) => people > 0);
  if (steps.length === 0) return [];
  return RESOURCES.map((resource) => {
    const loads = loadsOf(steps, resource);
    const course = loads.map(({ people, value }) => `${people}: ${value.toPrecision(2)}`).join(', ');
    const { value, words, why } = kneeOf(loads, resource);
    return {
      ...{ name: `knee: ${resource.name}`, unit: 'students', value, goal: null },
      ...(words === undefined ? {} : { words }),
      note: [why, course === '' ? '' : `${course} ${resource.unit}`].filter((part) => part !== '').join('; '),
    };
  });
}

/** The median of each load: one collection of garbage makes no load dearer. */
function loadsOf(steps: readonly Step[], { selector }: Resource): readonly Load[] {
  return steps.flatMap(({ people, points }) => {
    const values = select(points, parseSelector(selector)).map(({ value }) => value);
    return values.length === 0 ? [] : [{ people, value: percentile(values, 0.5) }];
  });
}

interface Load {
  readonly people: number;
  readonly value: number;
}

interface Knee {
  /** In students; null where there is none, and `words` say up to where, or where nobody can tell. */
  readonly value: number | null;
  readonly words?: string;
  /** Empty where there is nothing to say. */
  readonly why: string;
}

/** The load from which one more student clearly takes more than before (see bend.ts), or the last within the limit where that comes first. */
export function kneeOf(loads: readonly Load[], { unit, limit }: Pick<Resource, 'unit' | 'limit'>): Knee {
  const most = loads.at(-1)?.people;
  if (most === undefined) return { value: null, why: '' };
  const past = limit === null ? -1 : loads.findIndex(({ value }) => value > limit);
  const beyond = loads[past];
  const within = loads[past - 1];
  const bend = bendOf(loads.map(({ people, value }) => [people, value] as const));
  const limited = beyond === undefined ? '' : `past ${limit} ${unit} at ${beyond.people}`;
  if (bend !== null && (beyond === undefined || bend.at < beyond.people)) {
    return { value: bend.at, why: [inWords(bend, unit), limited].filter((part) => part !== '').join('; ') };
  }
  if (within !== undefined) return { value: within.people, why: limited };
  if (beyond !== undefined) return { value: null, words: 'past its limit from the first load on', why: limited };
  if (loads.length < FEWEST_FOR_A_BEND) {
    return { value: null, why: `from ${FEWEST_FOR_A_BEND} loads on a knee can be told from scatter` };
  }
  return { value: null, words: `none up to ${most}`, why: '' };
}

function inWords({ at, from, to, before, after }: Bend, unit: string): string {
  const each = (slope: number): string => (slope * 1000).toPrecision(2);
  return `steeper from ${at} (95 % confidence: ${from} to ${to}): ${each(before)} ${unit} for a thousand students before, ${each(after)} after`;
}
