import { bootstrapInterval, MIN_SUBJECTS, valueOf } from '../figures/resampling.ts';
import { figuresOfFrames } from './figures-of-frames.ts';
import { figuresOfWindows } from './figures-of-windows.ts';
import type { JoinedFrame, JoinedRows, JoinedWindow } from './join.ts';
import type { Rows } from './rows-file.ts';
import { turnedSigns } from './turned-signs.ts';
import type { RowsFigure } from './rows-figure.ts';
import type { Truth } from './truth-file.ts';

/** One figure of all rows or of one group, as it is printed and as it stands in the JSON. */
export interface ReportedFigure {
  readonly name: string;
  readonly label: string;
  readonly unit: RowsFigure['unit'];
  /** Null: all rows. */
  readonly group: { readonly column: string; readonly value: string } | null;
  /** Null where it has none: one truth only, say. */
  readonly value: number | null;
  /** Of 95 %; null with fewer than five subjects. */
  readonly interval: readonly [number, number] | null;
  readonly rows: number;
  readonly subjects: number;
}

export interface Report {
  readonly version: 1;
  /** Lines of the truth: of frames, of windows; how many of each have a row, and how many have none. */
  readonly truths: {
    readonly frames: number;
    readonly windows: number;
    readonly comparedFrames: number;
    readonly comparedWindows: number;
    readonly withoutRow: number;
  };
  readonly rows: { readonly frames: number; readonly windows: number; readonly withoutTruth: number };
  readonly subjects: number;
  /** Windows that stand outside the figures because a short look down decides them. */
  readonly briefWindows: number;
  /** SHA-256 of the models that scored; more than one when rows of different versions are mixed. */
  readonly modelHashes: readonly string[];
  readonly unknownColumns: readonly string[];
  /** Angles of the truth that run against the measured ones: labels with another convention. */
  readonly turnedSigns: readonly string[];
  readonly bootstrap: { readonly resamples: number; readonly seed: number; readonly minSubjects: number };
  readonly figures: readonly ReportedFigure[];
}

/** Works out every figure, of all rows and of each group. */
export function report(
  truth: Truth,
  rows: Rows,
  joined: JoinedRows,
  bootstrap: { readonly resamples: number; readonly seed: number },
): Report {
  const { frames, windows } = joined;
  const rated = (group: ReportedFigure['group'], of: readonly RowsFigure[]): ReportedFigure[] =>
    of.map((figure) => rate(figure, group, joined.subjects, bootstrap));
  const groups = truth.groupColumns.flatMap((column) => valuesOf(joined, column).map((value) => ({ column, value })));
  return {
    version: 1,
    truths: {
      frames: truth.frames.length,
      windows: truth.windows.length,
      comparedFrames: frames.length,
      comparedWindows: windows.length,
      withoutRow: joined.truthsWithoutRow.length,
    },
    rows: { frames: rows.frames.length, windows: rows.windows.length, withoutTruth: joined.rowsWithoutTruth },
    subjects: joined.subjects,
    briefWindows: windows.filter(({ truth: { brief } }) => brief).length,
    modelHashes: [...new Set(rows.windows.map(({ modelHash }) => modelHash))].sort(),
    unknownColumns: truth.unknownColumns.map(({ name }) => name),
    turnedSigns: turnedSigns(frames),
    bootstrap: { ...bootstrap, minSubjects: MIN_SUBJECTS },
    figures: [
      ...rated(null, [...figuresOfFrames(frames), ...figuresOfWindows(windows)]),
      ...groups.flatMap((group) => {
        const isIn = ({ truth: { groups: own } }: JoinedFrame | JoinedWindow): boolean =>
          own[group.column] === group.value;
        return rated(group, [...figuresOfFrames(frames.filter(isIn)), ...figuresOfWindows(windows.filter(isIn))]);
      }),
    ],
  };
}

function rate(
  { name, label, unit, figure, rows, subjects }: RowsFigure,
  group: ReportedFigure['group'],
  allSubjects: number,
  bootstrap: { readonly resamples: number; readonly seed: number },
): ReportedFigure {
  const value = valueOf(figure, allSubjects);
  const interval = value === null ? null : bootstrapInterval(figure, [...subjects], bootstrap);
  return {
    name,
    label,
    unit,
    group,
    value,
    interval: interval === null ? null : [interval.low, interval.high],
    rows,
    subjects: subjects.size,
  };
}

function valuesOf({ frames, windows }: JoinedRows, column: string): string[] {
  const values = new Set([...frames, ...windows].flatMap(({ truth }) => truth.groups[column] ?? []));
  return [...values].sort(new Intl.Collator('en', { numeric: true }).compare);
}
