import { WINDOW_MS, type Reading } from '@lectern/contracts';
import type { PacingProps } from '../../pacing/pacing-props.ts';

const MINUTE_MS = 60_000;
const MINUTES = 15;
const MEASURED = 62;
const PRESENT = 398;
/** As wide as the noise on a minute of so many makes it: SD of 10 students on each of its twelve windows. */
const BAND = (1.96 * 10) / (Math.sqrt(12) * MEASURED);
/** A made-up quarter of an hour: steady, a dip in the middle, and back. */
const SHARES = [0.78, 0.79, 0.77, 0.78, 0.76, 0.74, 0.69, 0.65, 0.63, 0.66, 0.72, 0.76, 0.78, 0.79, 0.78];

/** Made-up figures that show what a teacher sees. They come from nobody. */
export function samplePacing(now: Date = new Date()): PacingProps {
  const readings: Reading[] = SHARES.map((share, minute) => ({
    resolution: 'minute',
    fromMs: minute * MINUTE_MS,
    toMs: (minute + 1) * MINUTE_MS,
    share,
    low: share - BAND,
    high: share + BAND,
    measured: MEASURED,
  }));
  const windows = (MINUTES * MINUTE_MS) / WINDOW_MS;
  return {
    pacing: {
      state: 'reading',
      minimumCohort: 10,
      modelTags: [],
      lastMs: MINUTES * MINUTE_MS,
      measured: MEASURED,
      current: readings.at(-1) ?? null,
      readings,
      fine: [],
      coverage: Array.from({ length: windows }, (_, window) => ({
        window,
        measured: MEASURED,
        unclear: 9,
        present: PRESENT,
      })),
    },
    events: [
      { atMs: 0, kind: 'started' },
      { atMs: 2 * MINUTE_MS, kind: 'screen-share-started' },
      { atMs: 10 * MINUTE_MS, kind: 'stage-joined' },
    ],
    participation: SHARES.map((_, minute) => ({
      minute,
      messages: [2, 1, 3, 0, 2, 1, 4, 6, 5, 3, 2, 1, 2, 1, 2][minute] ?? 0,
      hands: minute % 4 === 3 ? 1 : 0,
      reactions: minute % 5,
    })),
    startedAt: new Date(now.getTime() - MINUTES * MINUTE_MS),
    lacksFiles: false,
    hands: 3,
    hearing: 396,
    unread: 5,
  };
}
