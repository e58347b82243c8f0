import { countBlinks, f1, type Unfound } from '../figures/blinks.ts';
import { angleErrorDeg, betweenDirectionsDeg, geodesicDeg } from '../figures/directions.ts';
import { figureOfSums, meanFigure, type Figure, type OfSubject } from '../figures/resampling.ts';
import type { JoinedFrame } from './join.ts';
import { figureOf, judgements, type RowsFigure } from './rows-figure.ts';

/** Large turns of the head are another matter than what a class shows: both are told. */
const MODERATE_YAW_DEG = 40;

/** What was true and what was measured of one column. */
interface Pair {
  readonly truth: number;
  readonly row: number;
}
interface PairsOf extends OfSubject {
  readonly pairs: readonly Pair[];
}

/** Columns of angles, and what they are called. */
export const ANGLES = {
  pitchDeg: 'head pitch',
  yawDeg: 'head yaw',
  rollDeg: 'head roll',
  gazePitchDeg: 'gaze pitch',
  gazeYawDeg: 'gaze yaw',
} as const;
export type AngleColumn = keyof typeof ANGLES;
const POSE_AXES = ['pitchDeg', 'yawDeg', 'rollDeg'] as const;
const GAZE_AXES = ['gazePitchDeg', 'gazeYawDeg'] as const;
const EYES = { eyeOpenLeft: 'left eye’s openness, MAE', eyeOpenRight: 'right eye’s openness, MAE' } as const;
type NumberColumn = AngleColumn | keyof typeof EYES;

/** All figures that these frames have a truth for. */
export function figuresOfFrames(frames: readonly JoinedFrame[]): RowsFigure[] {
  return [
    ...facesFound(frames),
    ...poseErrors(frames),
    ...gazeErrors(frames),
    ...opennessErrors(frames),
    ...blinks(frames),
    ...facing(frames),
  ];
}

function facesFound(frames: readonly JoinedFrame[]): RowsFigure[] {
  const isFound = ({ row }: JoinedFrame): number => (row.yawDeg === null ? 0 : 1);
  const shareOf = (
    name: string,
    label: string,
    rows: readonly JoinedFrame[],
    pick: (frame: JoinedFrame) => number,
  ): RowsFigure[] => (rows.length === 0 ? [] : [figureOf(name, label, 'share', rows, meanFigure(rows, pick))]);
  const shown = frames.filter(({ truth }) => truth.faces !== 0);
  const empty = frames.filter(({ truth }) => truth.faces === 0);
  const counted = frames.filter(({ truth }) => truth.faces !== null);
  return [
    ...shareOf('faceFound', 'face found', shown, isFound),
    ...shareOf('faceFoundWithoutOne', 'face found where there is none', empty, isFound),
    ...shareOf('facesCountedRight', 'faces counted right', counted, ({ truth, row }) =>
      truth.faces === row.faces ? 1 : 0,
    ),
  ];
}

function poseErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  const axes = POSE_AXES.filter((axis) => hasTruth(frames, axis));
  const moderate = frames.filter(({ truth }) => truth.yawDeg !== null && Math.abs(truth.yawDeg) <= MODERATE_YAW_DEG);
  const within = `, yaw within ${MODERATE_YAW_DEG}°`;
  return [
    ...poseErrorsWithin(moderate, axes, `Within${MODERATE_YAW_DEG}`, within),
    ...poseErrorsWithin(frames, axes, '', ''),
    ...axes.flatMap((axis) => meanDifference(frames, axis)),
  ];
}

function poseErrorsWithin(
  frames: readonly JoinedFrame[],
  axes: readonly (typeof POSE_AXES)[number][],
  name: string,
  words: string,
): RowsFigure[] {
  const figures = axes.flatMap((axis) =>
    absoluteError(`${axis.replace('Deg', '')}MaeDeg${name}`, `${ANGLES[axis]}, MAE${words}`, frames, [axis]),
  );
  if (axes.length > 1) {
    const label = `head pose, MAE of ${axes.length} axes${words}`;
    figures.push(...absoluteError(`poseMaeDeg${name}`, label, frames, axes));
  }
  if (axes.length < POSE_AXES.length) return figures;
  const geodesic = angleFigure(`poseGeodesicDeg${name}`, `head pose, geodesic${words}`, frames, axes, (pairs) => {
    const [pitch, yaw, roll] = pairs;
    const pose = (pick: keyof Pair) => ({
      pitchDeg: pitch?.[pick] ?? 0,
      yawDeg: yaw?.[pick] ?? 0,
      rollDeg: roll?.[pick] ?? 0,
    });
    return geodesicDeg(pose('truth'), pose('row'));
  });
  return [...figures, ...geodesic];
}

function gazeErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  const axes = GAZE_AXES.filter((axis) => hasTruth(frames, axis));
  const figures = axes.flatMap((axis) =>
    absoluteError(`${axis.replace('Deg', '')}MaeDeg`, `${ANGLES[axis]}, MAE`, frames, [axis]),
  );
  if (axes.length === GAZE_AXES.length) {
    figures.push(
      ...absoluteError('gazeMaeDeg', 'gaze, MAE of 2 axes', frames, axes),
      ...angleFigure('gazeAngleDeg', 'gaze, angle', frames, axes, ([pitch, yaw]) =>
        betweenDirectionsDeg(
          { pitchDeg: pitch?.truth ?? 0, yawDeg: yaw?.truth ?? 0 },
          { pitchDeg: pitch?.row ?? 0, yawDeg: yaw?.row ?? 0 },
        ),
      ),
    );
  }
  return [...figures, ...axes.flatMap((axis) => meanDifference(frames, axis))];
}

function opennessErrors(frames: readonly JoinedFrame[]): RowsFigure[] {
  return (['eyeOpenLeft', 'eyeOpenRight'] as const).flatMap((eye) => {
    const rows = pairsOf(frames, [eye]);
    const error = meanFigure(rows, ({ pairs }) => meanOf(pairs.map(({ truth, row }) => Math.abs(truth - row))));
    return rows.length === 0 ? [] : [figureOf(`${eye}Mae`, EYES[eye], 'share', rows, error)];
  });
}

function blinks(frames: readonly JoinedFrame[]): RowsFigure[] {
  const labelled = frames.filter(({ truth }) => truth.blink !== null);
  if (labelled.length === 0) return [];
  // Where no face was found, nothing was said of its eyes.
  const told = labelled.filter(({ row }) => row.blink !== null);
  type Value = (found: number, invented: number, missed: number) => number | null;
  const ofEvents = (unfound: Unfound, value: Value): Figure =>
    figureOfSums(
      blinksOf(labelled, unfound),
      3,
      ({ found, invented, missed }) => [found, invented, missed],
      ([found = 0, invented = 0, missed = 0]) => value(found, invented, missed),
    );
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  const f1Of: Value = (found, invented, missed) => f1({ found, invented, missed });
  const ofFrames = figureOfSums(
    told,
    3,
    ({ truth, row }) => {
      const said = row.blink === true;
      if (truth.blink === true) return said ? [1, 0, 0] : [0, 0, 1];
      return said ? [0, 1, 0] : [0, 0, 0];
    },
    ([found = 0, invented = 0, missed = 0]) => f1({ found, invented, missed }),
  );
  const of = (name: string, label: string, rows: readonly JoinedFrame[], figure: Figure): RowsFigure =>
    figureOf(name, label, 'share', rows, figure);
  const precision = ofEvents('left out', (found, invented) => share(found, found + invented));
  const recall = ofEvents('left out', (found, _, missed) => share(found, found + missed));
  return [
    of('blinkF1', 'blinks, F1', told, ofEvents('left out', f1Of)),
    of('blinkPrecision', '  said blinks that were true', told, precision),
    of('blinkRecall', '  true blinks that were said', told, recall),
    of('blinkF1OfAll', '  F1, faces not found as misses', labelled, ofEvents('missed', f1Of)),
    of('blinkFramesF1', 'frames of blinks, F1', told, ofFrames),
  ];
}

function blinksOf(frames: readonly JoinedFrame[], unfound: Unfound) {
  const files = Map.groupBy(frames, ({ subject, row }) => JSON.stringify([subject, row.file]));
  return [...files.values()].map((ofFile) => ({
    subject: ofFile[0]?.subject ?? 0,
    ...countBlinks(
      ofFile.map(({ truth, row }) => ({
        frame: row.frame,
        said: unfound === 'left out' ? row.blink : row.blink === true,
        truth: truth.blink === true,
      })),
    ),
  }));
}

function facing(frames: readonly JoinedFrame[]): RowsFigure[] {
  const judged = frames.flatMap(({ subject, truth, row }) =>
    truth.facing === null ? [] : [{ subject, score: row.facing, truth: truth.facing }],
  );
  return judgements('frames', 'frame', judged);
}

/** Measured less true: what stays when errors to both sides cancel. */
function meanDifference(frames: readonly JoinedFrame[], column: AngleColumn): RowsFigure[] {
  const name = `${column.replace('Deg', '')}DifferenceDeg`;
  return angleFigure(name, `${ANGLES[column]}, mean difference`, frames, [column], ([pair]) => {
    const { truth, row } = pair ?? { truth: 0, row: 0 };
    return row >= truth ? angleErrorDeg(row, truth) : -angleErrorDeg(row, truth);
  });
}

function absoluteError(
  name: string,
  label: string,
  frames: readonly JoinedFrame[],
  columns: readonly AngleColumn[],
): RowsFigure[] {
  return angleFigure(name, label, frames, columns, (pairs) =>
    meanOf(pairs.map(({ truth, row }) => angleErrorDeg(truth, row))),
  );
}

function angleFigure(
  name: string,
  label: string,
  frames: readonly JoinedFrame[],
  columns: readonly AngleColumn[],
  error: (pairs: readonly Pair[]) => number,
): RowsFigure[] {
  const rows = pairsOf(frames, columns);
  if (rows.length === 0) return [];
  return [
    figureOf(
      name,
      label,
      'degrees',
      rows,
      meanFigure(rows, ({ pairs }) => error(pairs)),
    ),
  ];
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
