import { expect, it } from 'vitest';
import { contributingShare } from './contributing.ts';
import { point } from './test-points.ts';

const second = (state: string, present: number, contributors: number, group?: string) => {
  const more = { isGauge: true, tags: { state, ...(group === undefined ? {} : { group }) } };
  return [point('lectern_students_present', present, more), point('lectern_contributors', contributors, more)];
};

it('is of those who were in once all were, not of the most at any moment', () => {
  const course = [
    second('joining', 40, 0),
    second('settled', 40, 20),
    second('settled', 40, 28),
    second('settled', 40, 12),
  ];
  expect(contributingShare(course.flat())).toBe(0.5);
});

it('counts nobody twice who is in a group', () => {
  expect(contributingShare([...second('settled', 10, 10, 'inside'), ...second('settled', 40, 20)])).toBe(0.5);
});

it('is of all the time where they never were all in, and of nobody where nobody was', () => {
  expect(contributingShare([...second('joining', 10, 0), ...second('joining', 30, 10)])).toBe(0.25);
  expect(contributingShare(second('joining', 0, 0))).toBeNull();
});

it('is all of them at most, though whoever has lost the connection for a moment contributes and is not present', () => {
  expect(contributingShare(second('settled', 39, 40))).toBe(1);
});
