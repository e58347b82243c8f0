import { WINDOW_MS } from '@lectern/contracts';
import type { Pacing, Reading } from '@lectern/contracts';
import { coverageOf, FEWEST_TOLD } from './published-window.ts';
import type { PublishedWindow } from './published-window.ts';
import { fineMarks, marks, PublishedStretch } from './readings.ts';

const MINUTE_MS = 60_000;
/** How far back the view goes. */
const VIEW_MS = 15 * MINUTE_MS;
/** Rows before the view that the first words in it still rest on, and the minute that may be running. */
const LEAD_MS = 6 * MINUTE_MS;
/** The newest mark is the current reading for so long after its end. */
const CURRENT_FOR_MS = 2 * MINUTE_MS;
/** State is told from this many windows, so that one hiccup of the network does not take away what is shown. */
const STATE_WINDOWS = 12;
/** But who begins to take part counts soon: no hiccup makes a count larger. */
const RISING_WINDOWS = 3;

/** How many of the newest closed windows the pacing view is computed from. */
export const ROWS_FOR_PACING = (VIEW_MS + LEAD_MS) / WINDOW_MS;

/** What the view says of the class as a whole. */
interface ClassFrame {
  readonly minimumCohort: number;
  /** Of the models that its published rows name, ascending. */
  readonly modelTags: readonly number[];
}

/** The pacing view's content, from published rows alone, oldest first. */
export function pacingFrom(rows: readonly PublishedWindow[], { minimumCohort, modelTags }: ClassFrame): Pacing {
  const frame = { minimumCohort, modelTags: [...modelTags] };
  const newestClosed = rows.at(-1)?.window;
  if (newestClosed === undefined) {
    const none = { lastMs: null, measured: null, current: null, readings: [], fine: [], coverage: [] };
    return { state: 'few', ...frame, ...none };
  }
  const openWindow = newestClosed + 1;
  const lastMs = openWindow * WINDOW_MS;
  const firstWindow = Math.max(0, openWindow - VIEW_MS / WINDOW_MS);
  const stretch = new PublishedStretch(rows);
  const lastMinuteMs = Math.floor(lastMs / MINUTE_MS) * MINUTE_MS;
  const readings = marks(stretch, Math.max(0, lastMinuteMs - VIEW_MS), lastMinuteMs);
  const measured = toldCount(rows, newestClosed);
  const state = stateOf(measured, minimumCohort);
  return {
    state,
    ...frame,
    lastMs,
    measured,
    current: state === 'reading' ? currentReading(readings, lastMs) : null,
    readings,
    fine: fineMarks(stretch, firstWindow, openWindow),
    coverage: rows.filter((row) => row.window >= firstWindow).map(coverageOf),
  };
}

function currentReading(readings: readonly Reading[], lastMs: number): Reading | null {
  const newest = readings.at(-1);
  return newest !== undefined && newest.toMs >= lastMs - CURRENT_FOR_MS ? newest : null;
}

/** How many take part: falls with the last minute, rises within two windows. Null below five. */
function toldCount(rows: readonly PublishedWindow[], newestClosed: number): number | null {
  const middles = [STATE_WINDOWS, RISING_WINDOWS].map((windows) =>
    middleCount(rows.filter((row) => row.window > newestClosed - windows)),
  );
  const count = Math.max(...middles);
  return count < FEWEST_TOLD ? null : count;
}

/** The middle one of the windows' counts, where one that was not told is fewer than five. */
function middleCount(rows: readonly PublishedWindow[]): number {
  const counts = rows.map((row) => row.measured ?? 0).sort((one, other) => one - other);
  return counts[Math.floor(counts.length / 2)] ?? 0;
}

function stateOf(measured: number | null, minimumCohort: number): 'few' | 'some' | 'reading' {
  if (measured === null) return 'few';
  return measured < minimumCohort ? 'some' : 'reading';
}
