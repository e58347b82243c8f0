import { percentile, type Figure } from '@lectern/testbed';
import { parseSelector, select, type Point } from './points.ts';

/** One resource, and what it must stay below. */
interface Resource {
  readonly name: string;
  readonly selector: string;
  readonly limit: number | null;
}

const RESOURCES: readonly Resource[] = [
  { name: 'server’s CPU', selector: 'lectern_server_cpu{part:server}', limit: 1 },
  { name: 'media workers’ CPU together', selector: 'lectern_server_cpu{part:worker}', limit: null },
  { name: 'analytics’ CPU', selector: 'lectern_server_cpu{part:analytics}', limit: 1 },
  { name: 'generator’s CPU', selector: 'lectern_generator_cpu', limit: null },
  { name: 'event loop p99 (50 ms)', selector: 'lectern_server_event_loop_p99', limit: 50 },
  { name: 'lateness of sound p99.9 (200 ms)', selector: 'lectern_audio_lateness{quantile:p999}', limit: 200 },
];
/** Above the knee one person costs this much more than before. */
const DEARER = 1.2;

/** One load that was held for a while, and what each resource took of it. */
interface Step {
  readonly people: number;
  readonly points: readonly Point[];
}

/** The largest load that each resource bore without a person's becoming dearer by a fifth, or its limit's being passed; nothing for a run without steps. */
export function kneesOf(points: readonly Point[]): readonly Figure[] {
  const steps = stepsOf(points);
  if (steps.length === 0) return [];
  return RESOURCES.map(({ name, selector, limit }) => {
    const loads = steps.flatMap(({ people, points: of }) => {
      const values = select(of, parseSelector(selector)).map(({ value }) => value);
      return values.length === 0 ? [] : [{ people, value: percentile(values, 0.5) }];
    });
    const knee = kneeOf(loads, limit);
    const course = loads.map(({ people, value }) => `${people}: ${value.toPrecision(2)}`).join(', ');
    return { name: `knee: ${name}`, unit: 'students', value: knee, goal: null, note: course };
  });
}

interface Load {
  readonly people: number;
  readonly value: number;
}

/** Null where there is nothing to tell it from. A limited quantity that does not grow with people has its limit alone. */
export function kneeOf(loads: readonly Load[], limit: number | null): number | null {
  let knee: number | null = null;
  const costs: number[] = [];
  for (const [index, { people, value }] of loads.entries()) {
    const before = loads[index - 1];
    if (limit !== null && value > limit) return knee;
    if (before !== undefined) {
      const cost = (value - before.value) / (people - before.people);
      const usual = costs.length < 2 ? null : percentile(costs, 0.5);
      if (usual !== null && usual > 0 && cost > usual * DEARER && value > people * usual * DEARER) return knee;
      costs.push(cost);
    }
    knee = people;
  }
  return knee;
}

/** Samples of each step, in the order of their loads; the state that they carry says which. */
function stepsOf(points: readonly Point[]): readonly Step[] {
  const steps = new Map<number, Point[]>();
  for (const point of points) {
    const people = Number(/^step-(\d+)$/.exec(point.tags['state'] ?? '')?.[1] ?? 0);
    if (people === 0) continue;
    const of = steps.get(people) ?? [];
    of.push(point);
    steps.set(people, of);
  }
  return [...steps].sort(([one], [other]) => one - other).map(([people, of]) => ({ people, points: of }));
}
