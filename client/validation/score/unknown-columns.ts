import { editDistance } from '@lectern/contracts';
import { FACE_NUMBERS } from '../rows.ts';

/** The columns that say what was true. */
export const TRUTHS = [...FACE_NUMBERS, 'faces', 'blink', 'facing', 'score', 'brief'] as const;
export const GROUP = /^group_./;
const KNOWN: readonly string[] = ['file', 'frame', 'window', 'subject', 'tMs', 'startMs', ...TRUTHS];
/** So many letters may be wrong in a name that is still recognised, and no more than a third of them. */
const MAX_WRONG = 2;

/** A column that means nothing here. */
export interface UnknownColumn {
  readonly name: string;
  /** The one that it was most likely meant to be; null when none is near, or that one is there too. */
  readonly meant: string | null;
}

/** Those of a file's columns that mean nothing: where one is misspelt, it is the cause of what is found wrong later. */
export function unknownAmong(columns: readonly string[]): UnknownColumn[] {
  const missing = KNOWN.filter((known) => !columns.includes(known));
  return columns
    .filter((name) => !KNOWN.includes(name) && !GROUP.test(name))
    .map((name) => ({ name, meant: nearest(name, missing) }));
}

/** What is to be said of those that look misspelt; empty when none does. */
export function misspelt(unknown: readonly UnknownColumn[]): string {
  return unknown
    .flatMap(({ name, meant }) =>
      meant === null ? [] : [`The column "${name}" means nothing here; did you mean "${meant}"?`],
    )
    .join(' ');
}

/** Puts before an error what may have caused it: columns that look misspelt; after it the others that mean nothing. */
export function withUnknown(unknown: readonly UnknownColumn[], message: string): string {
  const others = unknown.filter(({ meant }) => meant === null).map(({ name }) => `"${name}"`);
  const rest = others.length === 0 ? '' : `Columns that mean nothing here: ${others.join(', ')}.`;
  return [misspelt(unknown), message, rest].filter((part) => part !== '').join(' ');
}

function nearest(name: string, known: readonly string[]): string | null {
  const given = plain(name);
  const [best] = known
    .map((column) => ({ column, wrong: wrongLetters(given, plain(column)) }))
    .sort((a, b) => a.wrong - b.wrong);
  return best !== undefined && best.wrong <= Math.min(MAX_WRONG, best.column.length / 3) ? best.column : null;
}

/** A unit that was left out counts as one. */
function wrongLetters(given: string, known: string): number {
  return given === known.replace(/deg$/, '') ? 1 : editDistance(given, known);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
