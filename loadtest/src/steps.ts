import type { Point } from './points.ts';

/** One load that was held for a while, and what was measured of it. */
export interface Step {
  readonly people: number;
  readonly points: readonly Point[];
}

/** The steps of a run in the order of their loads, the one with nobody in the class first; the state that samples carry says which. */
export function stepsOf(points: readonly Point[]): readonly Step[] {
  const steps = new Map<number, Point[]>();
  for (const point of points) {
    const step = /^step-(\d+)$/.exec(point.tags['state'] ?? '')?.[1];
    if (step === undefined) continue;
    const people = Number(step);
    const of = steps.get(people) ?? [];
    of.push(point);
    steps.set(people, of);
  }
  return [...steps].sort(([one], [other]) => one - other).map(([people, of]) => ({ people, points: of }));
}

/** The load under which the samples end: the one that was held then, or any larger one on the way to it; null in a run without steps. */
export function loadAtTheEnd(points: readonly Point[]): number | null {
  const last = stepsOf(points).at(-1);
  if (last === undefined) return null;
  const ofState = points.filter(({ tags }) => tags['state'] !== undefined);
  const newest = ofState.reduce((one, other) => (other.atMs >= one.atMs ? other : one));
  return newest.tags['state'] === `step-${last.people}` ? last.people : Infinity;
}

/** All samples until the load that broke was tried: what broke says nothing about the loads before. Null: nothing broke. */
export function beforeBreak(points: readonly Point[], brokeAt: number | null): readonly Point[] {
  if (brokeAt === null) return points;
  const held = stepsOf(points).filter(({ people }) => people < brokeAt);
  const endedMs = held.at(-1)?.points.reduce((last, { atMs }) => Math.max(last, atMs), 0) ?? 0;
  return points.filter(({ atMs }) => atMs <= endedMs);
}
