import type { Broke } from './broke.ts';

/** What those that every scenario may have are called; others are named by what they are. */
const NAMES: Readonly<Record<string, string>> = {
  worst: 'Worst participant',
  worstUnruly: 'Worst of those who harm themselves on purpose',
  failures: 'Failures',
  broke: 'Broke',
};

/** The notes of a scenario as rows of words. */
export function notesInWords(notes: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(notes).map(([what, found]) => [NAMES[what] ?? what, inWords(what, found)] as const);
}

/** Whom the generator found, and what it counted: see scenarios/rehearsal/lecture.ts. */
interface Known {
  readonly worst: { readonly name: string; readonly lostShare: number; readonly maxLateMs: number };
  readonly failures: Readonly<Record<string, number>>;
}

function inWords(what: string, found: unknown): string {
  switch (what) {
    case 'worst':
    case 'worstUnruly': {
      const { name, lostShare, maxLateMs } = found as Known['worst'];
      return `${name}: ${(lostShare * 100).toFixed(2)} % of the sound lost or late, ${maxLateMs.toFixed(0)} ms late at most`;
    }
    case 'failures': {
      const each = Object.entries(found as Known['failures']).map(([why, count]) => `${count} times ${why}`);
      return each.length === 0 ? 'none' : each.join('; ');
    }
    case 'broke': {
      const broke = found as Broke | null;
      return broke === null ? 'nothing, up to the most that was tried' : `at ${broke.at} students, by ${broke.by}`;
    }
    default:
      return typeof found === 'string' ? found : JSON.stringify(found);
  }
}
