import type { FrameRow, WindowRow } from '../rows.ts';
import { UsageError } from '../usage-error.ts';
import type { Rows } from './rows-file.ts';
import type { FrameTruth, Truth, WindowTruth } from './truth-file.ts';
import { withUnknown } from './unknown-columns.ts';

/** Truth and row of one frame or window. */
export interface Joined<T, R> {
  readonly subject: number;
  readonly truth: T;
  readonly row: R;
}
export type JoinedFrame = Joined<FrameTruth, FrameRow>;
export type JoinedWindow = Joined<WindowTruth, WindowRow>;

/** A line of truth for which nothing was measured. */
export interface TruthWithoutRow {
  readonly line: number;
  readonly file: string;
  /** In words: the file is in no row, or what of it is there. */
  readonly reason: string;
}

export interface JoinedRows {
  readonly frames: readonly JoinedFrame[];
  readonly windows: readonly JoinedWindow[];
  readonly subjects: number;
  readonly truthsWithoutRow: readonly TruthWithoutRow[];
  readonly rowsWithoutTruth: number;
}

/**
 * Brings truth and rows together. A recording is the same when one of its two names is the end of the other, whole folders at a time, so
 * that it does not matter from where it was measured. Throws a `UsageError` where that fits several.
 */
export function join(truth: Truth, rows: Rows): JoinedRows {
  const names = new FileNames([...rows.frames, ...rows.windows].map(({ file }) => file));
  const frames = byKey(rows.frames, ({ frame }) => frame);
  const windows = byKey(rows.windows, ({ window }) => window);
  const subjects = new Map<string, number>();
  const subjectOf = (name: string): number => {
    const number = subjects.get(name) ?? subjects.size;
    subjects.set(name, number);
    return number;
  };
  const missing: TruthWithoutRow[] = [];
  const joinedBy = <T extends FrameTruth | WindowTruth, R>(
    truths: readonly T[],
    rowOf: (file: string, truth: T) => R | undefined,
  ): Joined<T, R>[] =>
    truths.flatMap((one) => {
      const file = names.find(one.file, one.line);
      const row = file === null ? undefined : rowOf(file, one);
      if (row !== undefined) return [{ subject: subjectOf(one.subject), truth: one, row }];
      const measured = { frames: frames.get(file ?? ''), windows: windows.get(file ?? '') };
      missing.push({ line: one.line, file: one.file, reason: reasonOf(one, file, measured) });
      return [];
    });
  const joinedFrames = joinedBy(truth.frames, (file, one) =>
    one.frame === null ? onlyFrame(frames.get(file), one, truth.unknownColumns) : frames.get(file)?.get(one.frame),
  );
  const joinedWindows = joinedBy(truth.windows, (file, one) => windows.get(file)?.get(one.window));
  return {
    frames: joinedFrames,
    windows: joinedWindows,
    subjects: subjects.size,
    truthsWithoutRow: missing,
    rowsWithoutTruth: rows.frames.length + rows.windows.length - joinedFrames.length - joinedWindows.length,
  };
}

function onlyFrame(
  frames: ReadonlyMap<number, FrameRow> | undefined,
  { file, line }: FrameTruth,
  unknownColumns: Truth['unknownColumns'],
): FrameRow | undefined {
  if (frames !== undefined && frames.size > 1) {
    const message = `Line ${line} of the truth says nothing of which of the ${frames.size} frames of ${file}: fill in the column "frame" or "window".`;
    throw new UsageError(withUnknown(unknownColumns, message));
  }
  return frames?.values().next().value;
}

function reasonOf(
  truth: FrameTruth | WindowTruth,
  file: string | null,
  measured: { readonly frames: Numbered | undefined; readonly windows: Numbered | undefined },
): string {
  if (file === null) return 'no row names this file';
  const [kind, number] = 'window' in truth ? (['window', truth.window] as const) : (['frame', truth.frame] as const);
  const there = kind === 'window' ? measured.windows : measured.frames;
  const wanted = number === null ? '' : `no ${kind} ${number}: `;
  if (there === undefined) return `${wanted}${file} has no ${kind}s in the rows`;
  const numbers = [...there.keys()].sort((a, b) => a - b);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (first === last) return `${wanted}${file} has ${kind} ${first} alone`;
  const some = numbers.length === last - first + 1 ? '' : `${numbers.length} `;
  return `${wanted}${file} has ${some}${kind}s ${some === '' ? '' : 'from '}${first} to ${last}`;
}

type Numbered = ReadonlyMap<number, unknown>;

function byKey<R extends { readonly file: string }>(
  rows: readonly R[],
  numberOf: (row: R) => number,
): Map<string, Map<number, R>> {
  const files = new Map<string, Map<number, R>>();
  for (const row of rows) {
    const numbers = files.get(row.file) ?? new Map<number, R>();
    files.set(row.file, numbers);
    if (numbers.has(numberOf(row))) {
      throw new UsageError(
        `${row.file} was measured twice in the rows (number ${numberOf(row)}): give each run's rows alone.`,
      );
    }
    numbers.set(numberOf(row), row);
  }
  return files;
}

/** The names of the measured files, found again by the truth's names. */
class FileNames {
  readonly #byTidyName = new Map<string, string>();
  /** For each ending the names that have it; null: several. */
  readonly #byEnding = new Map<string, string | null>();
  readonly #found = new Map<string, string | null>();

  constructor(files: readonly string[]) {
    for (const file of new Set(files)) {
      this.#byTidyName.set(tidy(file), file);
      for (const ending of endingsOf(tidy(file))) {
        this.#byEnding.set(ending, this.#byEnding.has(ending) ? null : file);
      }
    }
  }

  /** Null when no such file was measured. */
  find(given: string, line: number): string | null {
    const known = this.#found.get(given);
    if (known !== undefined) return known;
    const found = this.#look(tidy(given), line);
    this.#found.set(given, found);
    return found;
  }

  #look(name: string, line: number): string | null {
    const same = this.#byTidyName.get(name);
    if (same !== undefined) return same;
    const longer = this.#byEnding.get(name);
    if (longer === null) {
      throw new UsageError(
        `Line ${line} of the truth: several measured files end in "${name}"; name it with its folder.`,
      );
    }
    if (longer !== undefined) return longer;
    for (const ending of endingsOf(name)) {
      const shorter = this.#byTidyName.get(ending);
      if (shorter !== undefined) return shorter;
    }
    return null;
  }
}

function tidy(name: string): string {
  return name
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '');
}

/** a/b/c, b/c, c. */
function endingsOf(name: string): string[] {
  const parts = name.split('/');
  return parts.map((_, i) => parts.slice(i).join('/'));
}
