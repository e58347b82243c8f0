import { parseSelector, select, type Point } from './points.ts';

/**
 * Share of the students who contributed scores, in 0..1: of all who were in at each second since all were, or at any time where they never were all
 * in; null where nobody was.
 */
export function contributingShare(points: readonly Point[]): number | null {
  const held = points.filter(({ tags }) => /^(?:settled|step-\d+)$/.test(tags['state'] ?? ''));
  return shareOf(held) ?? shareOf(points);
}

function shareOf(points: readonly Point[]): number | null {
  const sum = (metric: string): number =>
    select(points, parseSelector(metric)).reduce((total, { value }) => total + value, 0);
  const present = sum('lectern_students_present');
  // Whose connection is lost for a moment is not present then, and may contribute all the same.
  return present === 0 ? null : Math.min(1, sum('lectern_contributors') / present);
}
