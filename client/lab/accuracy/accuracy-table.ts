import {
  widestSpread,
  worstOf,
  type AccuracyFigures,
  type ByGroup,
  type ErrorRates,
  type Measured,
} from './figures.ts';

/** One figure by the name under which the bench knows its goal; shares in per cent, angles in degrees. */
export interface AccuracyRow {
  readonly name: string;
  readonly value: number | null;
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
  const brief = Object.fromEntries(Object.entries(judged.brief()).map(([what, count]) => [`brief, ${what}`, count]));
  const within = 'of found faces within 40 degrees of yaw';
  const rows: AccuracyRow[] = [
    withNote(row('head pose, mean of three axes', judged.pose()), within),
    { name: 'head pose, worst group', value: worstPose.value, note: worstPose.group },
    withNote(row('gaze without calibration', judged.gaze()), `${within}, with open eyes`),
    withNote(
      row('gaze with the personal baseline', judged.gazeWithBaseline()),
      `${decimal(judged.gaze('with a baseline'))} without it in the same frames`,
    ),
    withNote(
      row('blinks at 10 fps, F1', judged.blinks()),
      `${decimal(judged.blinks('missed'))} with those of faces that are not found as misses`,
    ),
    row('windows, balanced accuracy', judged.balancedAccuracy()),
    row('windows, AUC', judged.auc()),
    withNote(
      row('balanced accuracy, abstentions wrong', judged.balancedAccuracy('errors')),
      `${decimal(judged.balancedAccuracy('errors', 'from the first face'))} from the first face on`,
    ),
    withNote(
      percent('usable clips abstained', judged.abstained()),
      `${inPercent(judged.abstained('from the first face'))} from the first face on`,
    ),
    { name: 'usable clips abstained, worst group', value: worstAbstained.value * 100, note: worstAbstained.group },
    percent('scored within 10 s of the first face', judged.scoredSoon()),
    withNote(
      percent('living person held still called static', judged.livingCalledStatic()),
      `as a still picture ${inPercent(judged.livingCalledStatic(['static-picture']))}, for want of a sign of life ${inPercent(judged.livingCalledStatic(['no-life-yet']))}`,
    ),
    percent('static picture abstained', judged.staticAbstained()),
    row('ECE at 50 % facing', judged.ece(0.5)),
    row('ECE at 80 % facing', judged.ece(0.8)),
    ...judged.classShareBiases(rates).map(({ trueShare, corrected, ofMeanScore }) => {
      const bias = percent(`class share at ${String(Math.round(trueShare * 100))} %, bias`, corrected);
      const signed = `${inPoints(corrected)} corrected, ${inPoints(ofMeanScore)} as the pacing view shows it, the mean score`;
      return withNote({ ...bias, value: Math.abs(corrected.value ?? Number.NaN) * 100 }, signed);
    }),
    withNote(
      percent('declared second screen called away', judged.declaredCalledAway()),
      `${inPercent(judged.declaredAbstained())} of all abstained`,
    ),
    percent('far aside from the start learnt as facing', judged.asideLearnt()),
    {
      name: 'spread over groups, balanced accuracy',
      value: spread.spread * 100,
      note: `${spread.kind}: ${groupNotes(balanced, spread.kind)}`,
    },
  ];
  return {
    rows,
    groups: {
      faceFound: judged.facesFoundByGroup(),
      pose: poses,
      poseByAxis: judged.poseByAxis(),
      balancedAccuracy: balanced,
      abstained,
      abstainedByRate: judged.abstainedByRate(),
      balancedAccuracyByKind: judged.balancedAccuracyByKind(),
      gazeAngle: { all: judged.gazeAngle() },
    },
    counts: { ...brief, ...judged.reasons() },
  };
}

function row(name: string, measured: Measured): AccuracyRow {
  return { name, value: measured.value, note: noteOf(measured, 1) };
}

function percent(name: string, measured: Measured): AccuracyRow {
  return { name, value: measured.value === null ? null : measured.value * 100, note: noteOf(measured, 100) };
}

function withNote(row: AccuracyRow, more: string): AccuracyRow {
  return { ...row, note: `${row.note}; ${more}` };
}

function inPercent({ value }: Measured): string {
  return `${((value ?? Number.NaN) * 100).toFixed(1)} %`;
}

function inPoints({ value }: Measured): string {
  const points = (value ?? Number.NaN) * 100;
  return `${points < 0 ? '' : '+'}${points.toFixed(1)}`;
}

function decimal({ value }: Measured): string {
  return (value ?? Number.NaN).toFixed(3);
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
