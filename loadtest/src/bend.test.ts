import { describe, expect, it } from 'vitest';
import { bendOf } from './bend.ts';
import { normals } from './chance.ts';

const LOADS = Array.from({ length: 22 }, (_, index) => (index + 1) * 200);
/** A course over the loads with scatter of this deviation. */
const scattered = (course: (people: number) => number, deviation: number, seed: number) => {
  const scatter = normals(seed);
  return LOADS.map((people) => [people, course(people) + deviation * scatter()] as const);
};
/** Of a thousand such courses, how many bend. */
const bends = (course: (people: number) => number, deviation: number) =>
  Array.from({ length: 1000 }, (_, seed) => bendOf(scattered(course, deviation, seed))).filter((bend) => bend !== null)
    .length;

describe('a course', () => {
  it('that is flat, rises evenly, falls or levels off does not bend upwards: by scatter one of a hundred at the most', () => {
    expect(bends(() => 20, 2)).toBeLessThanOrEqual(10);
    expect(bends((people) => 0.05 + 0.00027 * people, 0.02)).toBeLessThanOrEqual(10);
    expect(bends((people) => 80 - 0.01 * people, 4)).toBeLessThanOrEqual(10);
    expect(bends((people) => Math.min(1.2, 0.0006 * people), 0.02)).toBe(0);
  });

  it('bends where one more takes more than before, as near as scatter lets one say', () => {
    const course = (people: number) => 0.05 + 0.00027 * people + 0.0004 * Math.max(0, people - 2600);
    const found = Array.from({ length: 200 }, (_, seed) => bendOf(scattered(course, 0.03, seed)));
    expect(found).not.toContain(null);
    const holding = found.filter((bend) => bend !== null && bend.from <= 2600 && bend.to >= 2600);
    expect(holding.length).toBeGreaterThan(190);
    expect(bendOf(scattered(course, 0, 1))).toMatchObject({
      ...{ at: 2600, from: 2400, to: 2800 },
      before: expect.closeTo(0.00027, 8) as number,
      after: expect.closeTo(0.00067, 8) as number,
    });
  });

  it('bends where it was flat or fell before', () => {
    const late = (people: number) => 20 + 0.05 * Math.max(0, people - 3000);
    expect(bendOf(scattered(late, 2, 1))?.at).toBeCloseTo(3000, -3);
    const falling = (people: number) => 60 - 0.01 * people + 0.06 * Math.max(0, people - 3000);
    expect(bendOf(scattered(falling, 2, 1))?.at).toBeCloseTo(3000, -3);
  });

  it('of which next to nothing came does not bend, however sure that is', () => {
    expect(bendOf(scattered((people) => people + 0.2 * Math.max(0, people - 2000), 0.001, 1))).toBeNull();
  });

  it('of too few samples does not bend', () => {
    const few = scattered((people) => Math.max(1, people - 600), 0, 1);
    expect(bendOf(few.slice(0, 6))).toBeNull();
    expect(bendOf(few.slice(0, 8))?.at).toBe(600);
  });
});
