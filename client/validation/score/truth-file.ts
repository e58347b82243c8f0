import { UsageError } from '../usage-error.ts';
import { FACE_NUMBERS, FRAME_COLUMNS, WINDOW_COLUMNS } from '../rows.ts';
import { booleanIn, numberIn, parseCsv, readText, wholeNumberIn, type CsvFile, type CsvRecord } from './csv-records.ts';
import { GROUP, TRUTHS, unknownAmong, withUnknown, type UnknownColumn } from './unknown-columns.ts';

/** What is common to every line of truth. */
interface Labelled {
  readonly line: number;
  readonly file: string;
  readonly subject: string;
  /** Values of the columns group_*, those that are empty left out. */
  readonly groups: Readonly<Record<string, string>>;
}

/** What was true of one frame; null what the file does not say. */
export interface FrameTruth extends Labelled {
  /** Null: the file has one frame, and this is it. */
  readonly frame: number | null;
  readonly faces: number | null;
  readonly pitchDeg: number | null;
  readonly yawDeg: number | null;
  readonly rollDeg: number | null;
  readonly gazeYawDeg: number | null;
  readonly gazePitchDeg: number | null;
  readonly eyeOpenLeft: number | null;
  readonly eyeOpenRight: number | null;
  readonly blink: boolean | null;
  readonly facing: boolean | null;
}

/** What was true of one window. */
export interface WindowTruth extends Labelled {
  readonly window: number;
  readonly facing: boolean | null;
  /** A look down of less than 20 s decides it: it stands outside the accuracy figures. */
  readonly brief: boolean;
}

export interface Truth {
  readonly frames: readonly FrameTruth[];
  readonly windows: readonly WindowTruth[];
  readonly groupColumns: readonly string[];
  /** Columns that mean nothing here. */
  readonly unknownColumns: readonly UnknownColumn[];
}

/** Reads what was true. Rejects with a `UsageError` that names the line or column, and the remedy. */
export async function readTruth(path: string): Promise<Truth> {
  const text = await readText(path);
  // npm's own words may stand before the first row, as in what `readRows` reads.
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('> '));
  if (first?.trimStart().startsWith('{') === true) throw new UsageError(looksLikeRows(path));
  const file = parseCsv(path, text);
  const unknownColumns = unknownAmong(file.columns);
  checkColumns(path, file, unknownColumns);
  const groupColumns = file.columns.filter((column) => GROUP.test(column));
  const frames: FrameTruth[] = [];
  const windows: WindowTruth[] = [];
  const lines = new Map<string, number>();
  for (const record of file.records) {
    const frame = wholeNumberIn(path, record, 'frame');
    const window = wholeNumberIn(path, record, 'window');
    if (frame !== null && window !== null) {
      throw new UsageError(
        `${path}, line ${record.line}: it has both a frame and a window; give each a line of its own.`,
      );
    }
    const labelled = labelledBy(path, record, groupColumns);
    const key = JSON.stringify([labelled.file, frame, window]);
    const before = lines.get(key);
    if (before !== undefined) {
      throw new UsageError(withUnknown(unknownColumns, twice(path, [before, record.line], { frame, window })));
    }
    lines.set(key, record.line);
    if (window === null) frames.push(frameTruth(path, record, labelled, frame));
    else windows.push(windowTruth(path, record, labelled, window));
  }
  return { frames, windows, groupColumns, unknownColumns };
}

function looksLikeRows(path: string): string {
  return `${path}: this looks like a file of rows; the truth comes first: score TRUTH.csv ROWS.jsonl`;
}

function twice(
  path: string,
  [before, line]: readonly [number, number],
  { frame, window }: { readonly frame: number | null; readonly window: number | null },
): string {
  const both = `${path}: lines ${before} and ${line} are about the same`;
  if (frame !== null) return `${both} frame; keep one.`;
  if (window !== null) return `${both} window; keep one.`;
  return `${both} file and say nothing of which frame or window of it: fill in the column "frame" or "window".`;
}

function checkColumns(path: string, { columns, records }: CsvFile, unknown: readonly UnknownColumn[]): void {
  if (records.length === 0) throw new UsageError(`${path} has no line below the names of its columns.`);
  const remedies = {
    file: 'it names the recording as the rows do',
    subject: 'it says who is seen, by any name: the intervals are over subjects',
  };
  for (const [column, remedy] of Object.entries(remedies)) {
    if (columns.includes(column)) continue;
    if ([FRAME_COLUMNS, WINDOW_COLUMNS].some((rows) => rows.every((own) => columns.includes(own)))) {
      throw new UsageError(looksLikeRows(path));
    }
    throw new UsageError(withUnknown(unknown, `${path} lacks the column "${column}": add it; ${remedy}.`));
  }
  if (!TRUTHS.some((column) => columns.includes(column))) {
    throw new UsageError(
      withUnknown(unknown, `${path} has none of the truths ${TRUTHS.join(', ')}: name your columns so.`),
    );
  }
}

function labelledBy(path: string, record: CsvRecord, groupColumns: readonly string[]): Labelled {
  const { line, values } = record;
  const { file = '', subject = '' } = values;
  if (file === '') throw new UsageError(`${path}, line ${line}: file is empty.`);
  if (subject === '') throw new UsageError(`${path}, line ${line}: subject is empty; say who is seen.`);
  const groups = groupColumns.map((column) => [column, values[column] ?? ''] as const);
  return { line, file, subject, groups: Object.fromEntries(groups.filter(([, value]) => value !== '')) };
}

function frameTruth(path: string, record: CsvRecord, labelled: Labelled, frame: number | null): FrameTruth {
  const numbers = Object.fromEntries(FACE_NUMBERS.map((column) => [column, numberIn(path, record, column)]));
  return {
    ...labelled,
    frame,
    ...(numbers as Record<(typeof FACE_NUMBERS)[number], number | null>),
    faces: wholeNumberIn(path, record, 'faces'),
    blink: booleanIn(path, record, 'blink'),
    facing: booleanIn(path, record, 'facing'),
  };
}

function windowTruth(path: string, record: CsvRecord, labelled: Labelled, window: number): WindowTruth {
  const facing = booleanIn(path, record, 'facing') ?? booleanIn(path, record, 'score');
  return { ...labelled, window, facing, brief: booleanIn(path, record, 'brief') ?? false };
}
