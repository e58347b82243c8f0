import { f1, type Unfound } from '../../validation/figures/blinks.ts';
import { correctedShare } from '../../validation/figures/class-share.ts';
import {
  abstentionFigure,
  aucFigure,
  balancedAccuracyFigure,
  eceFigure,
  rateFigure,
  type Judged,
} from '../../validation/figures/judged.ts';
import {
  bootstrapInterval,
  figureOfSums,
  meanFigure,
  valueOf,
  type Figure,
  type Interval,
  type OfSubject,
} from '../../validation/figures/resampling.ts';
import type { AbstainReason } from '@lectern/contracts';
import { WINDOW_MS } from '../../src/attention/worker/measuring.ts';
import type { ClipKind } from '../acting/scripts.ts';
import { STATIC_KINDS } from '../data/dataset.ts';
import type { Groups } from '../data/design.ts';
import {
  axisError,
  blinksOf,
  gazeAngle,
  gazeError,
  hasOpenEyes,
  isModerate,
  ownGazeError,
  POSE_AXES,
  poseAngle,
  poseError,
} from './frame-errors.ts';
import type { JudgedClip, JudgedFrame, JudgedWindow } from './judged-clip.ts';

/** One figure with its interval over identities, and what it is made from. */
export interface Measured {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly rows: number;
}

/** A figure of each group, by `group value`. */
export type ByGroup = Readonly<Record<string, Measured>>;

interface FrameOf extends OfSubject {
  readonly clip: JudgedClip;
  readonly frame: JudgedFrame;
}

interface WindowOf extends OfSubject {
  readonly clip: JudgedClip;
  readonly window: JudgedWindow;
}

/** How often the scores are right, as is known from other people: what a class's share is corrected by. */
export interface ErrorRates {
  readonly sensitivity: number;
  readonly specificity: number;
}

/** From which of a clip's windows on they count: ten seconds after the first face, or from that face on. */
export type Counted = 'once settled' | 'from the first face';

const GROUPS = ['tone', 'glasses', 'lids', 'cover', 'light'] as const satisfies readonly (keyof Groups)[];
/** Nobody alive is before the camera, or nothing can be seen, or whose gaze it is cannot be told: to abstain is right. */
const NOT_USABLE: readonly ClipKind[] = [...STATIC_KINDS, 'dark', 'company'];
const CLASS_SHARES = [0.3, 0.5, 0.8, 0.95] as const;
/** So soon after the face appears the first score is due, a figure of its own: windows that end by then are neither right nor wrong. */
const SETTLING_MS = 10_000;
/** A baseline that was moved by more than this to the side where somebody looked for a minute has learnt it as facing. */
const LEARNT_DEG = 10;
const RESAMPLES = { resamples: 1000, seed: 7 } as const;

/** What a class's share is off by: corrected for the known error rates, and as the mean score has it. */
interface ClassShareBias {
  readonly trueShare: number;
  readonly corrected: Measured;
  readonly ofMeanScore: Measured;
}

/** The figures of judged clips. Everything is computed from what the shipped code said and the lab's truth. */
export class AccuracyFigures {
  readonly #clips: readonly JudgedClip[];
  readonly #subjects = new Map<string, number>();

  constructor(clips: readonly JudgedClip[]) {
    this.#clips = clips;
    for (const { clip } of clips) {
      const name = `${clip.spec.family}:${String(clip.spec.identity)}`;
      if (!this.#subjects.has(name)) this.#subjects.set(name, this.#subjects.size);
    }
  }

  get identities(): number {
    return this.#subjects.size;
  }

  /** Share of the looks at somebody whose head is turned by at most 40 degrees that find the face. */
  facesFoundByGroup(): ByGroup {
    return this.#byGroup(
      this.#frames().filter(({ frame }) => isModerate(frame)),
      (rows) => meanFigure(rows, ({ frame }) => (frame.face === null ? 0 : 1)),
    );
  }

  /** Mean absolute error over the three axes within 40 degrees of true yaw, in degrees. */
  pose(): Measured {
    return this.#measured(this.#posed(), (rows) => meanFigure(rows, ({ frame }) => poseError(frame)));
  }

  poseByGroup(): ByGroup {
    return this.#byGroup(this.#posed(), (rows) => meanFigure(rows, ({ frame }) => poseError(frame)));
  }

  /** The same by axis, and the angle of the one rotation between true and measured pose. */
  poseByAxis(): ByGroup {
    const mean = (error: (frame: JudgedFrame) => number): Measured =>
      this.#measured(this.#posed(), (rows) => meanFigure(rows, ({ frame }) => error(frame)));
    return Object.fromEntries([
      ...POSE_AXES.map((axis) => [axis, mean((frame) => axisError(frame, axis))]),
      ['geodesicDeg', mean(poseAngle)],
    ]) as ByGroup;
  }

  /** Mean absolute error over both axes in camera coordinates, in degrees, without any calibration: of all frames, or of those with a personal baseline. */
  gaze(of: 'all' | 'with a baseline' = 'all'): Measured {
    return this.#measured(this.#gazing(of), (rows) => meanFigure(rows, ({ frame }) => gazeError(frame)));
  }

  /** The angle between the true gaze and the one that was seen, in degrees. */
  gazeAngle(): Measured {
    return this.#measured(this.#gazing(), (rows) => meanFigure(rows, ({ frame }) => gazeAngle(frame)));
  }

  /** Mean absolute error over both axes with what the personal baseline knows of the eyes taken out, in degrees. */
  gazeWithBaseline(): Measured {
    return this.#measured(this.#gazing('with a baseline'), (rows) =>
      meanFigure(rows, ({ frame }) => ownGazeError(frame)),
    );
  }

  /** F1 of blinks in the clips that were made for it, at 10 frames a second; of faces that are found, or of all. */
  blinks(unfound: Unfound = 'left out'): Measured {
    const rows = this.#clips
      .filter(({ clip }) => clip.spec.kind === 'blinks')
      .map((clip) => ({
        subject: this.#subjectOf(clip),
        ...blinksOf(clip.frames, unfound),
      }));
    return this.#measured(rows, (some) =>
      figureOfSums(
        some,
        3,
        ({ found, invented, missed }) => [found, invented, missed],
        ([found = 0, invented = 0, missed = 0]) => f1({ found, invented, missed }),
      ),
    );
  }

  balancedAccuracy(abstentions: 'left out' | 'errors' = 'left out', from: Counted = 'once settled'): Measured {
    return this.#measured(this.#judged(from), (rows) => balancedAccuracyFigure(rows, { abstentions }));
  }

  balancedAccuracyByGroup(): ByGroup {
    return this.#byGroup(this.#usable(), (rows) =>
      balancedAccuracyFigure(rows.map(judgedOf), { abstentions: 'left out' }),
    );
  }

  auc(): Measured {
    return this.#measured(this.#judged(), aucFigure);
  }

  ece(facingShare: number): Measured {
    return this.#measured(this.#judged(), (rows) => eceFigure(rows, { bins: 15, facingShare }));
  }

  abstained(from: Counted = 'once settled'): Measured {
    return this.#measured(this.#judged(from), abstentionFigure);
  }

  abstainedByGroup(): ByGroup {
    return this.#byGroup(this.#usable(), (rows) => abstentionFigure(rows.map(judgedOf)));
  }

  /** At two or three looks a second most blinks, which tell a person from a picture, fall between looks. */
  abstainedByRate(): ByGroup {
    return this.#by(
      this.#usable(),
      ({ clip: { clip } }) => (clip.hz < 3 ? 'below 3 Hz' : clip.hz < 8 ? '3 to 8 Hz' : '8 Hz and more'),
      (rows) => abstentionFigure(rows.map(judgedOf)),
    );
  }

  /** How often each reason was given in usable clips. */
  reasons(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { window } of this.#usable()) {
      if (window.outcome.kind === 'abstain') counts[window.outcome.reason] = (counts[window.outcome.reason] ?? 0) + 1;
    }
    return counts;
  }

  /** Share of the clips with a living face whose first score comes within ten seconds of it. */
  scoredSoon(): Measured {
    const rows = this.#livingClips().flatMap((clip) => {
      const fromMs = firstFaceMs(clip);
      const soon = clip.windows.filter((window) => endMs(window) > fromMs && endMs(window) <= fromMs + SETTLING_MS);
      // A brief look down right at the beginning cannot be told.
      if (soon.length === 0 || soon.every(({ truth }) => truth === 'brief')) return [];
      return [{ subject: this.#subjectOf(clip), scored: soon.some(({ outcome }) => outcome.kind === 'score') ? 1 : 0 }];
    });
    return this.#measured(rows, (some) => meanFigure(some, ({ scored }) => scored));
  }

  /** Windows whose truth a brief look down decides stand outside all else: how many of them abstain, are called away, are called facing. */
  brief(): Readonly<Record<'abstained' | 'called away' | 'called facing', number>> {
    const counts = { abstained: 0, 'called away': 0, 'called facing': 0 };
    for (const { window } of this.#windows(this.#livingClips())) {
      if (window.truth !== 'brief') continue;
      const { outcome } = window;
      counts[outcome.kind === 'abstain' ? 'abstained' : outcome.score < 0.5 ? 'called away' : 'called facing'] += 1;
    }
    return counts;
  }

  /** Share of the windows of photographs and frozen cameras that abstain. */
  staticAbstained(): Measured {
    const rows = this.#windows(this.#clips.filter(({ clip }) => STATIC_KINDS.includes(clip.spec.kind))).filter(
      ({ clip, window }) => isStatic(clip, window),
    );
    return this.#measured(rows, (some) =>
      meanFigure(some, ({ window }) => (window.outcome.kind === 'abstain' ? 1 : 0)),
    );
  }

  /** Share of the windows of somebody who holds still that abstain as a photograph's do: as a still picture, or for want of a sign of life. */
  livingCalledStatic(as: readonly AbstainReason[] = ['static-picture', 'no-life-yet']): Measured {
    return this.#measured(this.#heldStill(), (some) =>
      meanFigure(some, ({ window: { outcome } }) =>
        outcome.kind === 'abstain' && as.includes(outcome.reason) ? 1 : 0,
      ),
    );
  }

  /** Share of the windows of somebody who faces a declared screen that are called away, of those that were told. */
  declaredCalledAway(): Measured {
    const told = this.#facingDeclared().filter(({ window }) => window.outcome.kind === 'score');
    return this.#measured(told, (some) =>
      meanFigure(some, ({ window: { outcome } }) => (outcome.kind === 'score' && outcome.score < 0.5 ? 1 : 0)),
    );
  }

  /** Share of the windows of somebody who faces a declared screen that abstain. */
  declaredAbstained(): Measured {
    return this.#measured(this.#facingDeclared(), (some) =>
      meanFigure(some, ({ window: { outcome } }) => (outcome.kind === 'abstain' ? 1 : 0)),
    );
  }

  /** Share of the clips that begin with looking far aside in which that was learnt as facing. */
  asideLearnt(): Measured {
    const rows = this.#clips
      .filter(({ clip }) => clip.spec.kind === 'start-aside')
      .map((clip) => ({ subject: this.#subjectOf(clip), learnt: Math.abs(clip.learntYawDeg) > LEARNT_DEG ? 1 : 0 }));
    return this.#measured(rows, (some) => meanFigure(some, ({ learnt }) => learnt));
  }

  rates(): ErrorRates {
    const rows = this.#judged();
    const rate = (name: keyof ErrorRates): number => valueOf(rateFigure(rows, name), this.#subjects.size) ?? Number.NaN;
    return { sensitivity: rate('sensitivity'), specificity: rate('specificity') };
  }

  /** The share of a class that faces, corrected by the rates of other people, less the true share. */
  classShareBias(trueShare: number, rates: ErrorRates): Measured {
    return this.#biasOfClass(
      trueShare,
      (score) => (score >= 0.5 ? 1 : 0),
      (called) => correctedShare(called, rates),
    );
  }

  /** The mean score of a class, which the pacing view shows as it is, less the true share. */
  meanScoreBias(trueShare: number): Measured {
    return this.#biasOfClass(
      trueShare,
      (score) => score,
      (mean) => mean,
    );
  }

  /** Of classes made of these windows in which `trueShare` is facing: what is made of the mean over their windows, less the true share. */
  #biasOfClass(
    trueShare: number,
    ofWindow: (score: number) => number,
    shown: (mean: number) => number | null,
  ): Measured {
    return this.#measured(this.#judged(), (rows) =>
      figureOfSums(
        rows.flatMap((row) => (row.score === null ? [] : [{ ...row, said: ofWindow(row.score) }])),
        4,
        ({ said, truth }) => (truth ? [1, said, 0, 0] : [0, 0, 1, said]),
        ([facing = 0, ofFacing = 0, away = 0, ofAway = 0]) => {
          if (facing === 0 || away === 0) return null;
          const share = shown((trueShare * ofFacing) / facing + ((1 - trueShare) * ofAway) / away);
          return share === null ? null : share - trueShare;
        },
      ),
    );
  }

  classShareBiases(rates: ErrorRates): readonly ClassShareBias[] {
    return CLASS_SHARES.map((trueShare) => ({
      trueShare,
      corrected: this.classShareBias(trueShare, rates),
      ofMeanScore: this.meanScoreBias(trueShare),
    }));
  }

  /** Balanced accuracy by what somebody does in the clip. */
  balancedAccuracyByKind(): ByGroup {
    return this.#by(
      this.#usable(),
      ({ clip }) => clip.clip.spec.kind,
      (rows) => balancedAccuracyFigure(rows.map(judgedOf), { abstentions: 'left out' }),
    );
  }

  get windowsJudged(): number {
    return this.#judged().length;
  }

  #posed(): FrameOf[] {
    return this.#frames().filter(({ frame }) => frame.face !== null && isModerate(frame));
  }

  #gazing(of: 'all' | 'with a baseline' = 'all'): FrameOf[] {
    return this.#posed().filter(({ frame }) => hasOpenEyes(frame) && (of === 'all' || frame.eyesPitchDeg !== 0));
  }

  /** Frames in which the one face before the camera lives. */
  #frames(): FrameOf[] {
    return this.#livingClips().flatMap((clip) =>
      clip.frames.flatMap((frame) => (frame.truth.present ? [{ subject: this.#subjectOf(clip), clip, frame }] : [])),
    );
  }

  #heldStill(): WindowOf[] {
    return this.#windows(this.#clips.filter(({ clip }) => clip.spec.kind === 'still'));
  }

  #facingDeclared(): WindowOf[] {
    return this.#windows(this.#clips.filter(({ clip }) => clip.spec.kind === 'declared')).filter(
      ({ clip, window }) => window.truth === 'facing' && isMostly(clip, window, 'declared-screen'),
    );
  }

  #judged(from?: Counted): (Judged & { readonly score: number | null })[] {
    return this.#usable(from).map(judgedOf);
  }

  /**
   * Windows in which it can be told whether somebody faces the screen, that a brief look down does not decide, and that do not end while
   * the first score is still awaited.
   */
  #usable(from: Counted = 'once settled'): WindowOf[] {
    return this.#livingClips().flatMap((clip) => {
      const settledMs = firstFaceMs(clip) + (from === 'once settled' ? SETTLING_MS : 0);
      return this.#windows([clip]).filter(({ window }) => window.truth !== 'brief' && endMs(window) > settledMs);
    });
  }

  #livingClips(): JudgedClip[] {
    return this.#clips.filter(({ clip }) => !NOT_USABLE.includes(clip.spec.kind));
  }

  #windows(clips: readonly JudgedClip[]): WindowOf[] {
    return clips.flatMap((clip) => clip.windows.map((window) => ({ subject: this.#subjectOf(clip), clip, window })));
  }

  #measured<Row extends OfSubject>(rows: readonly Row[], make: (rows: readonly Row[]) => Figure): Measured {
    const figure = make(rows);
    const among = [...new Set(rows.map(({ subject }) => subject))];
    return {
      value: rows.length === 0 ? null : valueOf(figure, this.#subjects.size),
      interval: bootstrapInterval(figure, among, RESAMPLES),
      rows: rows.length,
    };
  }

  #byGroup<Row extends OfSubject & { readonly clip: JudgedClip }>(
    rows: readonly Row[],
    make: (rows: readonly Row[]) => Figure,
  ): ByGroup {
    return Object.assign(
      {},
      ...GROUPS.map((group) => this.#by(rows, ({ clip }) => `${group} ${clip.clip.groups[group]}`, make)),
    ) as ByGroup;
  }

  #by<Row extends OfSubject>(
    rows: readonly Row[],
    nameOf: (row: Row) => string,
    make: (rows: readonly Row[]) => Figure,
  ): ByGroup {
    const groups = [...Map.groupBy(rows, nameOf)].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(groups.map(([name, some]) => [name, this.#measured(some, make)]));
  }

  #subjectOf({ clip }: JudgedClip): number {
    return this.#subjects.get(`${clip.spec.family}:${String(clip.spec.identity)}`) ?? 0;
  }
}

/** Largest value less smallest one over the groups of each kind, and the kind with the largest. */
export function widestSpread(groups: ByGroup): { readonly kind: string; readonly spread: number } {
  return GROUPS.map((kind) => {
    const values = Object.entries(groups).flatMap(([name, { value }]) =>
      name.startsWith(`${kind} `) && value !== null ? [value] : [],
    );
    return { kind, spread: Math.max(...values) - Math.min(...values) };
  }).reduce((worst, one) => (one.spread > worst.spread ? one : worst));
}

/** The group whose value is worst. */
export function worstOf(
  groups: ByGroup,
  worst: 'highest' | 'lowest',
): { readonly group: string; readonly value: number } {
  const sign = worst === 'highest' ? 1 : -1;
  return Object.entries(groups)
    .map(([group, { value }]) => ({ group, value: value ?? Number.NaN }))
    .reduce((found, one) => (sign * one.value > sign * found.value ? one : found));
}

function judgedOf({ subject, window }: WindowOf): Judged {
  const { outcome, truth } = window;
  return { subject, score: outcome.kind === 'score' ? outcome.score : null, truth: truth === 'facing' };
}

function framesOf(clip: JudgedClip, { index }: JudgedWindow): JudgedFrame[] {
  return clip.frames.filter(({ truth }) => Math.floor(truth.tMs / WINDOW_MS) === index);
}

function isMostly(clip: JudgedClip, window: JudgedWindow, looksAt: string): boolean {
  const frames = framesOf(clip, window);
  return 2 * frames.filter(({ truth }) => truth.looksAt === looksAt).length > frames.length;
}

/** Before a face was found, or has turned to the camera so that it should be, nothing can be told: who looks far aside shows none. */
function firstFaceMs({ frames }: JudgedClip): number {
  return (
    frames.find((frame) => frame.truth.present && (frame.face !== null || isModerate(frame)))?.truth.tMs ?? Infinity
  );
}

function endMs({ index }: JudgedWindow): number {
  return (index + 1) * WINDOW_MS;
}

/** All of the window shows a photograph, or the camera is frozen for all of it. */
function isStatic(clip: JudgedClip, window: JudgedWindow): boolean {
  const { frozenFromMs } = clip.clip;
  if (frozenFromMs !== null) return window.index * WINDOW_MS >= frozenFromMs;
  return framesOf(clip, window).every(({ truth }) => truth.photograph);
}
