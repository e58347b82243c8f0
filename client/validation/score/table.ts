import { MIN_SUBJECTS } from '../figures/resampling.ts';
import type { Report, ReportedFigure } from './report.ts';

/** What is told of each group; the JSON has all. */
const MAIN_FIGURES = new Set([
  'faceFound',
  'poseMaeDegWithin40',
  'poseGeodesicDeg',
  'gazeMaeDeg',
  'blinkF1',
  'framesBalancedAccuracy',
  'framesAuc',
  'framesEce',
  'windowsBalancedAccuracy',
  'windowsAuc',
  'windowsEce',
  'windowsBalancedAccuracyAllCounted',
  'windowsAbstained',
]);
const LABEL_WIDTH = 44;
/** There is no blink, or one truth only where it takes both. */
const WITHOUT_VALUE = 'none';

/** The report for people: what was compared, every figure, then those of each group. */
export function table(report: Report): string {
  const overall = report.figures.filter(({ group }) => group === null);
  const columns = [...new Set(report.figures.flatMap(({ group }) => group?.column ?? []))];
  return [
    ...preamble(report),
    '',
    ...lines(overall, ({ label }) => label, 'all'),
    ...columns.flatMap((column) => groupTable(report, column)),
  ].join('\n');
}

function preamble(report: Report): string[] {
  const { truths, rows, unknownColumns, modelHashes } = report;
  const some = (count: number, words: string): string => `${count.toLocaleString('en')} ${words}`;
  const compared = truths.comparedFrames + truths.comparedWindows;
  return [
    `${some(truths.frames + truths.windows, 'truths')}: ${some(compared, 'compared')} ` +
      `(${some(truths.comparedFrames, 'of frames')}, ${some(truths.comparedWindows, 'of windows')}), ` +
      `${some(truths.withoutRow, 'without a row')}; ${some(rows.withoutTruth, 'rows without a truth')}; ` +
      some(report.subjects, 'subjects'),
    ...(unknownColumns.length > 0 ? [`columns that mean nothing here: ${unknownColumns.join(', ')}`] : []),
    ...(report.briefWindows > 0 ? [`${some(report.briefWindows, 'brief windows')} stand outside the figures`] : []),
    ...(modelHashes.length > 0 ? [`model ${modelHashes.map((hash) => hash.slice(0, 12)).join(', ')}`] : []),
    ...(modelHashes.length > 1 ? ['the rows come from different models: measure all with one'] : []),
    ...report.turnedSigns.map(
      (column) =>
        `${column} of the truth runs against what was measured: see the conventions of angles in docs/validation.md`,
    ),
    `intervals: 95 %, ${report.bootstrap.resamples.toLocaleString('en')} resamples of the subjects, seed ${report.bootstrap.seed}`,
  ];
}

/** The main figures of each value, one below the other: side by side they would be too wide. */
function groupTable(report: Report, column: string): string[] {
  const of = report.figures.filter(({ group, name }) => group?.column === column && MAIN_FIGURES.has(name));
  const names = [...new Set(of.map(({ name }) => name))];
  const ordered = names.flatMap((name) => of.filter((figure) => figure.name === name));
  const nameOf = ({ name, label, group }: ReportedFigure, i: number): string =>
    `${(ordered[i - 1]?.name === name ? '' : label).padEnd(LABEL_WIDTH)}  ${group?.value ?? ''}`;
  return ['', ...lines(ordered, nameOf, column)];
}

function lines(
  figures: readonly ReportedFigure[],
  nameOf: (figure: ReportedFigure, i: number) => string,
  title: string,
): string[] {
  const cells = [
    [title, 'value', '95 %', 'rows', 'subjects'],
    ...figures.map((figure, i) => [
      nameOf(figure, i),
      figure.value === null ? WITHOUT_VALUE : written(figure.value, figure),
      intervalOf(figure),
      figure.rows.toLocaleString('en'),
      figure.subjects.toLocaleString('en'),
    ]),
  ];
  const widths = cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 || i === 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return cells.map(line).toSpliced(1, 0, '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)));
}

function intervalOf(figure: ReportedFigure): string {
  if (figure.value === null) return '';
  if (figure.interval !== null) return figure.interval.map((bound) => written(bound, figure)).join(' to ');
  return figure.subjects < MIN_SUBJECTS ? 'too few subjects' : 'none';
}

function written(value: number, { unit }: ReportedFigure): string {
  const text = unit === 'degrees' ? `${value.toFixed(2)}°` : value.toFixed(3);
  // Of nothing there is no negative.
  return text.replace(/^-(0\.0+°?)$/, '$1');
}
