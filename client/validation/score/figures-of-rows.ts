import { countBlinks, f1 } from '../figures/blinks.ts';
import { angleErrorDeg, betweenDirectionsDeg, geodesicDeg } from '../figures/directions.ts';
import {
  abstentionFigure,
  aucFigure,
  balancedAccuracyFigure,
  eceFigure,
  rateFigure,
  type Judged,
} from '../figures/judged.ts';
import { figureOfSums, meanFigure, type Figure, type OfSubject } from '../figures/resampling.ts';
import type { JoinedFrame, JoinedWindow } from './join.ts';

/** A figure of some rows, before it is worked out. */
export interface RowsFigure {
  readonly name: string;
  readonly label: string;
  readonly unit: 'degrees' | 'share' | 'eye widths';
  readonly figure: Figure;
  /** Rows that it is made from, and their subjects. */
  readonly rows: number;
  readonly subjects: ReadonlySet<number>;
}

/** Large turns of the head are another matter than what a class shows: both are told. */
const MODERATE_YAW_DEG = 40;
const CALIBRATION = { bins: 15, facingShare: null } as const;

type Unit = RowsFigure['unit'];
/** What has a truth and a measured value for each of some columns. */
interface Pair {
  readonly truth: number;
  readonly row: number;
}
interface PairsOf extends OfSubject {
  readonly pairs: readonly Pair[];
}
type AngleColumn = 'pitchDeg' | 'yawDeg' | 'rollDeg' | 'gazeYawDeg' | 'gazePitchDeg';
type NumberColumn = AngleColumn | 'eyeOpenLeft' | 'eyeOpenRight';

/** All figures that these frames have a truth for. */
export function figuresOfFrames(frames: readonly JoinedFrame[]): RowsFigure[] {
  return [
    ...facesFound(frames),
    ...poseErrors(frames),
    ...gazeErrors(frames),
    ...opennessErrors(frames),
    ...blinks(frames),
    ...judgements('frames', 'frame facing', facingFrames(frames)),
  ];
}

/** All figures that these windows have a truth for; brief ones stand outside. */
export function figuresOfWindows(windows: readonly JoinedWindow[]): RowsFigure[] {
  const counted = windows.filter(({ truth }) => !truth.brief);
  const judged = counted.flatMap(({ subject, truth, row }) =>
    truth.facing === null ? [] : [{ subject, score: row.score, truth: truth.facing }],
  );
  const reasons = [...new Set(counted.flatMap(({ row }) => row.abstain ?? []))].sort();
  return [
    ...judgements('windows', 'window', judged),
    ...when(judged, () => [
      of('windowsBalancedAccuracyAllCounted', 'window balanced accuracy, abstentions wrong', 'share', judged, () =>
        balancedAccuracyFigure(judged, { abstentions: 'errors' }),
      ),
      of('windowsSensitivity', 'facing windows called facing', 'share', told(judged, true), () =>
        rateFigure(judged, 'sensitivity'),
      ),
      of('windowsSpecificity', 'other windows called not facing', 'share', told(judged, false), () =>
        rateFigure(judged, 'specificity'),
      ),
    ]),
    ...when(counted, () => [
      of('windowsAbstained', 'windows abstained', 'share', counted, () =>
        abstentionFigure(counted.map(({ subject, row }) => ({ subject, score: row.score, truth: true }))),
      ),
      ...reasons.map((reason) =>
        of(`windowsAbstained:${reason}`, `  of them ${reason}`, 'share', counted, () =>
          meanFigure(counted, ({ row }) => (row.abstain === reason ? 1 : 0)),
        ),
      ),
    ]),
  ];
}

function facesFound(frames: readonly JoinedFrame[]): RowsFigure[] {
  const shown = frames.filter(({ truth }) => truth.faces !== 0);
  const empty = frames.filter(({ truth }) => truth.faces === 0);
  const counted = frames.filter(({ truth }) => truth.faces !== null);
  const isFound = ({ row }: JoinedFrame): number => (row.yawDeg === null ? 0 : 1);
  return [
    ...when(shown, () => [of('faceFound', 'face found', 'share', shown, () => meanFigure(shown, isFound))]),
    ...when(empty, () => [
      of('faceFoundWithoutOne', 'face found where there is none', 'share', empty, () => meanFigure(empty, isFound)),
    ]),
    ...when(counted, () => [
      of('facesCountedRight', 'faces counted right', 'share', counted, () =>
        meanFigure(counted, ({ truth, row }) => (truth.faces === row.faces ? 1 : 0)),
      ),
    ]),
  ];
}

function poseErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  const axes = (['pitchDeg', 'yawDeg', 'rollDeg'] as const).filter((axis) => hasTruth(frames, axis));
  const moderate = frames.filter(({ truth }) => truth.yawDeg !== null && Math.abs(truth.yawDeg) <= MODERATE_YAW_DEG);
  const scopes = [
    { rows: moderate, name: `Within${MODERATE_YAW_DEG}`, words: `within ${MODERATE_YAW_DEG} degrees of yaw` },
    { rows: frames, name: '', words: 'all' },
  ];
  return scopes.flatMap(({ rows, name, words }) => [
    ...axes.flatMap((axis) =>
      absoluteErrors(`${axis.replace('Deg', '')}MaeDeg${name}`, `head ${axis.replace('Deg', '')}, ${words}`, rows, [
        axis,
      ]),
    ),
    ...when(axes.length > 1 ? rows : [], () =>
      absoluteErrors(`poseMaeDeg${name}`, `head pose, mean of ${axes.length} axes, ${words}`, rows, axes),
    ),
    ...when(axes.length === 3 ? rows : [], () =>
      angles(`poseGeodesicDeg${name}`, `head pose, geodesic, ${words}`, rows, axes, (pairs) => {
        const [pitch, yaw, roll] = pairs;
        const pose = (pick: keyof Pair) => ({
          pitchDeg: pitch?.[pick] ?? 0,
          yawDeg: yaw?.[pick] ?? 0,
          rollDeg: roll?.[pick] ?? 0,
        });
        return geodesicDeg(pose('truth'), pose('row'));
      }),
    ),
  ]);
}

function gazeErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  const axes = (['gazePitchDeg', 'gazeYawDeg'] as const).filter((axis) => hasTruth(frames, axis));
  return [
    ...axes.flatMap((axis) =>
      absoluteErrors(`${axis.replace('Deg', '')}MaeDeg`, axis === 'gazeYawDeg' ? 'gaze yaw' : 'gaze pitch', frames, [
        axis,
      ]),
    ),
    ...when(axes.length === 2 ? frames : [], () => [
      ...absoluteErrors('gazeMaeDeg', 'gaze, mean of 2 axes', frames, axes),
      ...angles('gazeAngleDeg', 'gaze, angle', frames, axes, ([pitch, yaw]) =>
        betweenDirectionsDeg(
          { pitchDeg: pitch?.truth ?? 0, yawDeg: yaw?.truth ?? 0 },
          { pitchDeg: pitch?.row ?? 0, yawDeg: yaw?.row ?? 0 },
        ),
      ),
    ]),
  ];
}

function opennessErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  return (['eyeOpenLeft', 'eyeOpenRight'] as const).flatMap((eye) => {
    const rows = pairsOf(frames, [eye]);
    const label = eye === 'eyeOpenLeft' ? 'left eye’s openness' : 'right eye’s openness';
    return when(rows, () => [
      of(`${eye}Mae`, `${label}, error`, 'eye widths', rows, () =>
        meanFigure(rows, ({ pairs }) => meanOf(pairs.map(({ truth, row }) => Math.abs(truth - row)))),
      ),
    ]);
  });
}

function blinks(frames: readonly JoinedFrame[]): RowsFigure[] {
  const labelled = frames.filter(({ truth }) => truth.blink !== null);
  const files = new Map<string, JoinedFrame[]>();
  for (const frame of labelled) {
    const key = JSON.stringify([frame.subject, frame.row.file]);
    const others = files.get(key) ?? [];
    others.push(frame);
    files.set(key, others);
  }
  const events = [...files.values()].map((ofFile) => ({
    subject: ofFile[0]?.subject ?? 0,
    ...countBlinks(
      ofFile.map(({ truth, row }) => ({ frame: row.frame, said: row.blink === true, truth: truth.blink === true })),
    ),
  }));
  const count = (frame: JoinedFrame): [number, number, number] => {
    const { truth, row } = frame;
    if (truth.blink === true) return row.blink === true ? [1, 0, 0] : [0, 0, 1];
    return row.blink === true ? [0, 1, 0] : [0, 0, 0];
  };
  const ofEvents = (value: (found: number, invented: number, missed: number) => number | null): Figure =>
    figureOfSums(
      events,
      3,
      ({ found, invented, missed }) => [found, invented, missed],
      ([found = 0, invented = 0, missed = 0]) => value(found, invented, missed),
    );
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return when(labelled, () => [
    of('blinkF1', 'blinks, F1', 'share', labelled, () =>
      ofEvents((found, invented, missed) => f1({ found, invented, missed })),
    ),
    of('blinkPrecision', '  said that were true', 'share', labelled, () =>
      ofEvents((found, invented) => share(found, found + invented)),
    ),
    of('blinkRecall', '  true that were said', 'share', labelled, () =>
      ofEvents((found, _, missed) => share(found, found + missed)),
    ),
    of('blinkFramesF1', 'frames of blinks, F1', 'share', labelled, () =>
      figureOfSums(labelled, 3, count, ([found = 0, invented = 0, missed = 0]) => f1({ found, invented, missed })),
    ),
  ]);
}

function facingFrames(frames: readonly JoinedFrame[]): Judged[] {
  return frames.flatMap(({ subject, truth, row }) =>
    truth.facing === null ? [] : [{ subject, score: row.facing, truth: truth.facing }],
  );
}

function judgements(name: string, words: string, judged: readonly Judged[]): RowsFigure[] {
  const scored = judged.filter(({ score }) => score !== null);
  return when(judged, () => [
    of(`${name}BalancedAccuracy`, `${words}, balanced accuracy`, 'share', scored, () =>
      balancedAccuracyFigure(judged, { abstentions: 'left out' }),
    ),
    of(`${name}Auc`, `${words}, AUC`, 'share', scored, () => aucFigure(judged)),
    of(`${name}Ece`, `${words}, ECE`, 'share', scored, () => eceFigure(judged, CALIBRATION)),
  ]);
}

function absoluteErrors(
  name: string,
  label: string,
  frames: readonly JoinedFrame[],
  columns: readonly AngleColumn[],
): RowsFigure[] {
  return angles(name, label, frames, columns, (pairs) =>
    meanOf(pairs.map(({ truth, row }) => angleErrorDeg(truth, row))),
  );
}

function angles(
  name: string,
  label: string,
  frames: readonly JoinedFrame[],
  columns: readonly AngleColumn[],
  error: (pairs: readonly Pair[]) => number,
): RowsFigure[] {
  const rows = pairsOf(frames, columns);
  return when(rows, () => [of(name, label, 'degrees', rows, () => meanFigure(rows, ({ pairs }) => error(pairs)))]);
}

/** Those that have both truth and row in every column. */
function pairsOf(frames: readonly JoinedFrame[], columns: readonly NumberColumn[]): PairsOf[] {
  return frames.flatMap(({ subject, truth, row }) => {
    const pairs = columns.flatMap((column) => {
      const [wanted, got] = [truth[column], row[column]];
      return wanted === null || got === null ? [] : [{ truth: wanted, row: got }];
    });
    return pairs.length === columns.length ? [{ subject, pairs }] : [];
  });
}

function hasTruth(frames: readonly JoinedFrame[], column: NumberColumn): boolean {
  return frames.some(({ truth }) => truth[column] !== null);
}

function told(judged: readonly Judged[], truth: boolean): Judged[] {
  return judged.filter((row) => row.score !== null && row.truth === truth);
}

function of(name: string, label: string, unit: Unit, rows: readonly OfSubject[], figure: () => Figure): RowsFigure {
  return {
    name,
    label,
    unit,
    figure: figure(),
    rows: rows.length,
    subjects: new Set(rows.map(({ subject }) => subject)),
  };
}

function when<T>(rows: readonly unknown[], figures: () => T[]): T[] {
  return rows.length > 0 ? figures() : [];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
