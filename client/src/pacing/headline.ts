import { LEVEL_FROM, READING_STEPS, type Pacing, type Reading } from '@lectern/contracts';

/** How high a reading stands, in three steps: the same for words and figures. */
export type Level = 'most' | 'about-half' | 'few';

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
  | { readonly kind: 'catching-up'; readonly lastMs: number | null }
  | { readonly kind: 'waiting'; readonly inWords: boolean }
  | { readonly kind: 'few' | 'off' | 'break' | 'not-started' };

/** From how many measured on figures are shown; below that, words. */
const FIGURES_FROM = Math.min(
  ...READING_STEPS.filter(({ resolution }) => resolution !== 'words').map(({ from }) => from),
);

/** The first line for the state of a class. `live` is false before Start, `onBreak` while nothing is measured on purpose. */
export function headline(pacing: Pacing, situation: { live: boolean; onBreak: boolean }): Headline {
  const newest = pacing.coverage.at(-1);
  if (pacing.state === 'off') return { kind: 'off' };
  if (!situation.live) return { kind: 'not-started' };
  if (situation.onBreak) return { kind: 'break' };
  switch (pacing.state) {
    case 'few':
      return { kind: 'few' };
    case 'some':
      return newest?.measured
        ? { kind: 'some', taking: newest.measured, minimum: pacing.minimumCohort }
        : { kind: 'few' };
    case 'catching-up':
      return { kind: 'catching-up', lastMs: pacing.lastMs };
    case 'reading':
      return pacing.current
        ? ofReading(pacing.current, newest?.present ?? pacing.current.measured)
        : { kind: 'waiting', inWords: (newest?.measured ?? 0) < FIGURES_FROM };
  }
}

function ofReading(reading: Reading, present: number): Headline {
  // Somebody may have left since the reading: never "62 of 60".
  const here = Math.max(present, reading.measured);
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

/** A level's name, from the same edges as the words that the server chooses. */
export function levelOf(share: number): Level {
  if (share >= LEVEL_FROM.most) return 'most';
  return share >= LEVEL_FROM['about-half'] ? 'about-half' : 'few';
}

/** A share in whole percent. */
export function percent(share: number): number {
  return Math.round(share * 100);
}
