import {
  widestSpread,
  worstOf,
  type AccuracyFigures,
  type ByGroup,
  type ErrorRates,
  type Measured,
} from './figures.ts';

/** One row of the table; shares in per cent, angles in degrees. */
export interface AccuracyRow {
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  /** The goal, and on which side of it is good. */
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  readonly note: string;
}

/** What `measure-accuracy.ts` prints beside the lineage. */
export interface AccuracyTable {
  readonly rows: readonly AccuracyRow[];
  readonly groups: Readonly<Record<string, ByGroup>>;
  readonly counts: Readonly<Record<string, number>>;
}

/** The figures against their goals, with the class's share corrected by the rates of other people. */
export function accuracyTable(judged: AccuracyFigures, rates: ErrorRates): AccuracyTable {
  const poses = judged.poseByGroup();
  const balanced = judged.balancedAccuracyByGroup();
  const abstained = judged.abstainedByGroup();
  const worstPose = worstOf(poses, 'highest');
  const worstAbstained = worstOf(abstained, 'highest');
  const spread = widestSpread(balanced);
  const brief = judged.brief();
  const rows: AccuracyRow[] = [
    degrees('head pose, mean of three axes', judged.pose(), 2.5),
    { ...degrees('head pose, worst group', { ...judged.pose(), value: worstPose.value }, 3.5), note: worstPose.group },
    degrees('gaze without calibration', judged.gaze(), 7),
    degrees('gaze with the personal baseline', judged.gazeWithBaseline(), 5),
    ratio('blinks at 10 fps, F1', judged.blinks(), 0.9),
    ratio('windows, balanced accuracy', judged.balancedAccuracy(), 0.92),
    ratio('windows, AUC', judged.auc(), 0.97),
    ratio('balanced accuracy, abstentions wrong', judged.balancedAccuracy('errors'), 0.88),
    percent('usable clips abstained', judged.abstained(), 5),
    {
      ...percent('usable clips abstained, worst group', judged.abstained(), 10, worstAbstained.value),
      note: worstAbstained.group,
    },
    percent('living person held still called static', judged.livingCalledStatic(), 1),
    { ...percent('static picture abstained', judged.staticAbstained(), 95), better: 'higher' },
    { ...ratio('ECE at 50 % facing', judged.ece(0.5), 0.03), better: 'lower' },
    { ...ratio('ECE at 80 % facing', judged.ece(0.8), 0.05), better: 'lower' },
    ...judged.classShareBiases(rates).map(({ trueShare, bias }) => ({
      ...percent(`class share at ${String(trueShare * 100)} %, bias`, bias, 3, Math.abs(bias.value ?? Number.NaN)),
      note: noteOf(bias, 100),
    })),
    percent('declared second screen called away', judged.declaredCalledAway(), 5),
    percent('far aside from the start learnt as facing', judged.asideLearnt(), 5),
    {
      ...percent('spread over groups, balanced accuracy', judged.balancedAccuracy(), 5, spread.spread),
      note: `${spread.kind}: ${groupNotes(balanced, spread.kind)}`,
    },
  ];
  return {
    rows,
    groups: {
      pose: poses,
      balancedAccuracy: balanced,
      abstained,
      balancedAccuracyByKind: judged.balancedAccuracyByKind(),
      gazeAngle: { all: judged.gazeAngle() },
    },
    counts: { briefWindows: brief.windows, briefWindowsTold: brief.told, ...judged.reasons() },
  };
}

function degrees(name: string, measured: Measured, goal: number): AccuracyRow {
  return { name, unit: 'degrees', value: measured.value, goal, better: 'lower', note: noteOf(measured, 1) };
}

function ratio(name: string, measured: Measured, goal: number): AccuracyRow {
  return { name, unit: '', value: measured.value, goal, better: 'higher', note: noteOf(measured, 1) };
}

function percent(name: string, measured: Measured, goal: number, value: number | null = measured.value): AccuracyRow {
  const shown = value === null ? null : value * 100;
  return { name, unit: '%', value: shown, goal, better: 'lower', note: noteOf(measured, 100) };
}

function noteOf({ interval, rows }: Measured, factor: number): string {
  const digits = factor === 100 ? 1 : 3;
  const between =
    interval === null
      ? ''
      : `${(interval.low * factor).toFixed(digits)} to ${(interval.high * factor).toFixed(digits)}, `;
  return `${between}${String(rows)} rows`;
}

function groupNotes(groups: ByGroup, kind: string): string {
  return Object.entries(groups)
    .filter(([name]) => name.startsWith(`${kind} `))
    .map(([name, { value, interval }]) => {
      const between =
        interval === null ? '' : ` (${(interval.low * 100).toFixed(0)} to ${(interval.high * 100).toFixed(0)})`;
      return `${name.slice(kind.length + 1)} ${((value ?? Number.NaN) * 100).toFixed(1)}${between}`;
    })
    .join(', ');
}
