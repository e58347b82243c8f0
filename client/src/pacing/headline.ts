import { LEVEL_FROM, READING_STEPS, type Pacing, type Reading, type ReadingResolution } from '@lectern/contracts';
import { presentDuring } from './chart-geometry.ts';

/** How high a reading stands, in three steps: the same for words and figures. */
export type Level = 'most' | 'about-half' | 'few';

interface LastMark {
  readonly level: Level;
  readonly atMs: number;
}

/**
 * What the first line says. `level` only: whether it rises or falls is a matter of statistics that come with moments.
 * `figure` is in whole percent, the same estimate as the newest mark of the chart.
 */
export type Headline =
  | {
      readonly kind: 'figure';
      readonly level: Level;
      readonly percent: number;
      readonly low: number;
      readonly high: number;
      readonly measured: number;
      readonly present: number;
    }
  | { readonly kind: 'words'; readonly level: Level; readonly measured: number; readonly present: number }
  | { readonly kind: 'some'; readonly taking: number; readonly minimum: number }
  /** The newest mark of the chart; null where the chart has none. */
  | { readonly kind: 'catching-up'; readonly last: LastMark | null }
  | {
      readonly kind: 'waiting';
      readonly inWords: boolean;
      readonly isFirst: boolean;
      /** The newest mark of the chart, which the current reading no longer is; null where the chart has none. */
      readonly last: LastMark | null;
    }
  | { readonly kind: 'few' | 'off' | 'break' | 'not-started' };

const [FINE_STEP, MINUTE_STEP, WORDS_STEP] = READING_STEPS;

/** The first line for the state of a class. `live` is false before Start, `onBreak` while nothing is measured on purpose. */
export function headline(pacing: Pacing, situation: { live: boolean; onBreak: boolean }): Headline {
  if (pacing.state === 'off') return { kind: 'off' };
  if (!situation.live) return { kind: 'not-started' };
  if (situation.onBreak) return { kind: 'break' };
  switch (pacing.state) {
    case 'few':
      return { kind: 'few' };
    case 'some':
      // The count that the state was told from: the newest window's may stand on the other side of the edge.
      return pacing.measured === null
        ? { kind: 'few' }
        : { kind: 'some', taking: pacing.measured, minimum: pacing.minimumCohort };
    case 'catching-up':
      return { kind: 'catching-up', last: lastOf(pacing) };
    case 'reading':
      return pacing.current
        ? ofReading(pacing.current, presentDuring(pacing.coverage, pacing.current) ?? pacing.current.measured)
        : {
            kind: 'waiting',
            inWords: (pacing.measured ?? 0) < MINUTE_STEP.from,
            isFirst: (pacing.lastMs ?? 0) <= WORDS_STEP.spanMs,
            last: lastOf(pacing),
          };
  }
}

function lastOf({ readings }: Pacing): LastMark | null {
  const last = readings.at(-1);
  if (last === undefined) return null;
  return { level: last.resolution === 'words' ? last.level : levelOf(last.share), atMs: last.toMs };
}

function ofReading(reading: Reading, here: number): Headline {
  if (reading.resolution === 'words')
    return { kind: 'words', level: reading.level, measured: reading.measured, present: here };
  return {
    kind: 'figure',
    level: levelOf(reading.share),
    percent: percent(reading.share),
    low: percent(reading.low),
    high: percent(reading.high),
    measured: reading.measured,
    present: here,
  };
}

/** What a screen reader is told the change of: the level, or the state without one. */
export function standingOf(headline: Headline): Level | Headline['kind'] {
  return 'level' in headline ? headline.level : headline.kind;
}

/** Over which stretch a reading goes for how many measured, where the smallest cohort is so large; `to` null: and more. */
export function stepsFrom(minimumCohort: number): {
  readonly resolution: ReadingResolution;
  readonly from: number;
  readonly to: number | null;
}[] {
  const steps = [
    { ...WORDS_STEP, from: minimumCohort, to: MINUTE_STEP.from - 1 },
    { ...MINUTE_STEP, from: Math.max(minimumCohort, MINUTE_STEP.from), to: FINE_STEP.from - 1 },
    { ...FINE_STEP, from: Math.max(minimumCohort, FINE_STEP.from), to: null },
  ];
  return steps
    .filter(({ from, to }) => to === null || from <= to)
    .map(({ resolution, from, to }) => ({ resolution, from, to }));
}

/** A level's name, from the same edges as the words that the server chooses. */
export function levelOf(share: number): Level {
  if (share >= LEVEL_FROM.most) return 'most';
  return share >= LEVEL_FROM['about-half'] ? 'about-half' : 'few';
}

/** A share in whole percent. */
export function percent(share: number): number {
  return Math.round(share * 100);
}
