import type { FrameRow, WindowRow } from '../rows.ts';
import { UsageError } from '../usage-error.ts';
import type { Rows } from './rows-file.ts';
import type { FrameTruth, Truth, WindowTruth } from './truth-file.ts';

/** Truth and row of one frame or window. */
export interface Joined<T, R> {
  readonly subject: number;
  readonly truth: T;
  readonly row: R;
}
export type JoinedFrame = Joined<FrameTruth, FrameRow>;
export type JoinedWindow = Joined<WindowTruth, WindowRow>;

export interface JoinedRows {
  readonly frames: readonly JoinedFrame[];
  readonly windows: readonly JoinedWindow[];
  readonly subjects: number;
  /** Lines of truth for which nothing was measured. */
  readonly truthsWithoutRow: readonly (FrameTruth | WindowTruth)[];
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
  const missing: (FrameTruth | WindowTruth)[] = [];
  const joinedBy = <T extends FrameTruth | WindowTruth, R>(
    truths: readonly T[],
    rowOf: (file: string, truth: T) => R | undefined,
  ): Joined<T, R>[] =>
    truths.flatMap((one) => {
      const file = names.find(one.file, one.line);
      const row = file === null ? undefined : rowOf(file, one);
      if (row !== undefined) return [{ subject: subjectOf(one.subject), truth: one, row }];
      missing.push(one);
      return [];
    });
  const joinedFrames = joinedBy(truth.frames, (file, one) =>
    one.frame === null ? onlyFrame(frames.get(file), one) : frames.get(file)?.get(one.frame),
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
): FrameRow | undefined {
  if (frames !== undefined && frames.size > 1) {
    throw new UsageError(
      `Line ${line} of the truth says nothing of which of the ${frames.size} frames of ${file}: fill in the column "frame" or "window".`,
    );
  }
  return frames?.values().next().value;
}

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
