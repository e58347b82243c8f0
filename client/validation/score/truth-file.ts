import { UsageError } from '../usage-error.ts';
import { booleanIn, numberIn, readCsv, wholeNumberIn, type CsvFile, type CsvRecord } from './csv-records.ts';

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
  readonly unknownColumns: readonly string[];
}

const NUMBERS = ['pitchDeg', 'yawDeg', 'rollDeg', 'gazeYawDeg', 'gazePitchDeg', 'eyeOpenLeft', 'eyeOpenRight'] as const;
const TRUTHS = [...NUMBERS, 'faces', 'blink', 'facing', 'score', 'brief'] as const;
const KNOWN = new Set<string>(['file', 'frame', 'window', 'subject', 'tMs', 'startMs', ...TRUTHS]);
const GROUP = /^group_./;

/** Reads what was true. Rejects with a `UsageError` that names the line or column, and the remedy. */
export async function readTruth(path: string): Promise<Truth> {
  const file = await readCsv(path);
  checkColumns(path, file);
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
      const what = window === null ? 'frame' : 'window';
      throw new UsageError(`${path}: lines ${before} and ${record.line} are about the same ${what}; keep one.`);
    }
    lines.set(key, record.line);
    if (window === null) frames.push(frameTruth(path, record, labelled, frame));
    else windows.push(windowTruth(path, record, labelled, window));
  }
  return {
    frames,
    windows,
    groupColumns,
    unknownColumns: file.columns.filter((column) => !KNOWN.has(column) && !GROUP.test(column)),
  };
}

function checkColumns(path: string, { columns, records }: CsvFile): void {
  if (records.length === 0) throw new UsageError(`${path} has no line below the names of its columns.`);
  const similar = (wanted: string): string => {
    const other = columns.find((column) => column.toLowerCase() === wanted.toLowerCase());
    return other === undefined ? '' : ` (there is "${other}")`;
  };
  const remedies = {
    file: 'it names the recording as the rows do',
    subject: 'it says who is seen, by any name: the intervals are over subjects',
  };
  for (const [column, remedy] of Object.entries(remedies)) {
    if (columns.includes(column)) continue;
    throw new UsageError(`${path} lacks the column "${column}"${similar(column)}: add it; ${remedy}.`);
  }
  if (!TRUTHS.some((column) => columns.includes(column))) {
    const misspelt = columns.find((column) => TRUTHS.some((known) => known.toLowerCase() === column.toLowerCase()));
    const hint = misspelt === undefined ? '' : ` "${misspelt}" is spelt otherwise.`;
    throw new UsageError(`${path} has none of the truths ${TRUTHS.join(', ')}: name your columns so.${hint}`);
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
  const numbers = Object.fromEntries(NUMBERS.map((column) => [column, numberIn(path, record, column)]));
  return {
    ...labelled,
    frame,
    ...(numbers as Record<(typeof NUMBERS)[number], number | null>),
    faces: wholeNumberIn(path, record, 'faces'),
    blink: booleanIn(path, record, 'blink'),
    facing: booleanIn(path, record, 'facing'),
  };
}

function windowTruth(path: string, record: CsvRecord, labelled: Labelled, window: number): WindowTruth {
  const facing = booleanIn(path, record, 'facing') ?? booleanIn(path, record, 'score');
  return { ...labelled, window, facing, brief: booleanIn(path, record, 'brief') ?? false };
}
