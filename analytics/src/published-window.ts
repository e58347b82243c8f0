import type { Coverage } from '@lectern/contracts';

/** The cohort signal of one closed window: the only source of every reading. */
export interface PublishedWindow {
  readonly window: number;
  /** Students in the class when the window closed. */
  readonly present: number;
  /** Devices that scored; null below five. */
  readonly measured: number | null;
  /** Devices that could not tell; null where fewer than five scored. */
  readonly unclear: number | null;
  /** The k that was in force. */
  readonly minimumCohort: number;
  /** The sum of the scores with its noise, and that noise's standard deviation in students; null below k. */
  readonly value: { readonly noisySum: number; readonly noiseSd: number } | null;
  /** Tags of the models whose scores are in the value, ascending; one that fewer than five devices used is not named. */
  readonly modelTags: readonly number[];
}

/** Below this, not even how many take part is told. */
export const FEWEST_TOLD = 5;

/** What staff may see of one closed window besides readings. */
export function coverageOf(row: PublishedWindow): Coverage {
  return { window: row.window, measured: row.measured, unclear: row.unclear, present: row.present };
}
