import { percentile, type Figure } from '@lectern/testbed';
import { parseSelector, select, type Point } from './points.ts';
import { stepsOf, type Step } from './steps.ts';

/** One resource. */
interface Resource {
  readonly name: string;
  readonly selector: string;
  /** What it must stay below; null: nothing is known. */
  readonly limit: number | null;
  /** Whether every person costs the same of it as long as all is well. */
  readonly isCost: boolean;
}

const RESOURCES: readonly Resource[] = [
  { name: 'server’s CPU', selector: 'lectern_server_cpu{part:server}', limit: 1, isCost: true },
  { name: 'media workers’ CPU together', selector: 'lectern_server_cpu{part:worker}', limit: null, isCost: true },
  { name: 'analytics’ CPU', selector: 'lectern_server_cpu{part:analytics}', limit: 1, isCost: true },
  { name: 'generator’s CPU', selector: 'lectern_generator_cpu', limit: null, isCost: true },
  { name: 'event loop p99 (50 ms)', selector: 'lectern_server_event_loop_p99', limit: 50, isCost: false },
  {
    name: 'lateness of sound p99.9 (200 ms)',
    selector: 'lectern_audio_lateness{quantile:p999}',
    limit: 200,
    isCost: false,
  },
];
/** Above the knee one person costs this much more than before. */
const DEARER = 1.2;

/** The largest load that each resource bore without a person's becoming dearer by a fifth, or its limit's being passed; nothing for a run without steps. */
export function kneesOf(points: readonly Point[]): readonly Figure[] {
  const steps = stepsOf(points);
  if (steps.length === 0) return [];
  return RESOURCES.map((resource) => {
    const loads = loadsOf(steps, resource);
    const course = loads.map(({ people, value }) => `${people}: ${value.toPrecision(2)}`).join(', ');
    return {
      name: `knee: ${resource.name}`,
      unit: 'students',
      value: kneeOf(loads, resource),
      goal: null,
      note: course,
    };
  });
}

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

/** The last load before the limit is passed or, of a cost, a person has become dearer by a fifth than the cheapest before; null where the first step is past it. */
export function kneeOf(loads: readonly Load[], { limit, isCost }: Pick<Resource, 'limit' | 'isCost'>): number | null {
  let knee: number | null = null;
  let cheapest = Infinity;
  for (const { people, value } of loads) {
    if (limit !== null && value > limit) return knee;
    const cost = isCost ? costSince(loads[0], people, value) : null;
    if (cost !== null && cost > cheapest * DEARER) return knee;
    if (cost !== null && cost > 0) cheapest = Math.min(cheapest, cost);
    knee = people;
  }
  return knee;
}

/** What a person costs over the first step, which has nobody in it; null for that step itself. */
function costSince(first: Load | undefined, people: number, value: number): number | null {
  return first === undefined || people === first.people ? null : (value - first.value) / (people - first.people);
}
