import { WINDOW_MS } from '@lectern/contracts';
import { windowsGone, type OwnMinutes, type ShownOnStage } from '../../classroom/own-minutes.ts';

const WINDOWS_PER_MINUTE = 60_000 / WINDOW_MS;
/** Columns narrower than this, with their gap, cannot be told apart. */
const NARROWEST_PX = 4;
const STEPS = [1, 2, 5, 10, 30] as const;
const NONE = { facing: 0, elsewhere: 0, unclear: 0 };

/** So many windows of each kind, in one column of the chart or one row of the table. */
export interface MinuteColumn {
  readonly fromMinute: number;
  /** The first one that is not in it any more. */
  readonly toMinute: number;
  readonly facing: number;
  readonly elsewhere: number;
  readonly unclear: number;
  readonly unmeasured: number;
}

/**
 * From the first to the last minute that was measured, gaps as minutes in which nothing was; `perColumn` minutes together. What is
 * yet to come of the last one is of no kind.
 */
export function columnsOf(
  { minutes, lastWindow }: Pick<OwnMinutes, 'minutes' | 'lastWindow'>,
  perColumn: number,
): MinuteColumn[] {
  const [first, last] = [minutes.at(0), minutes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const known = new Map(minutes.map((minute) => [minute.minute, minute]));
  const columns: MinuteColumn[] = [];
  for (let from = first.minute; from <= last.minute; from += perColumn) {
    const sum = { facing: 0, elsewhere: 0, unclear: 0, unmeasured: 0 };
    for (let minute = from; minute < from + perColumn; minute += 1) {
      const { facing, elsewhere, unclear } = known.get(minute) ?? NONE;
      sum.facing += facing;
      sum.elsewhere += elsewhere;
      sum.unclear += unclear;
      sum.unmeasured += Math.max(0, windowsGone({ lastWindow }, minute) - facing - elsewhere - unclear);
    }
    columns.push({ fromMinute: from, toMinute: from + perColumn, ...sum });
  }
  return columns;
}

/** How many minutes go into one column for all of them to fit into a width. */
export function minutesPerColumn({ minutes }: Pick<OwnMinutes, 'minutes'>, widthPx: number): number {
  const span = (minutes.at(-1)?.minute ?? 0) - (minutes.at(0)?.minute ?? 0) + 1;
  return STEPS.find((step) => Math.ceil(span / step) * NARROWEST_PX <= widthPx) ?? 30;
}

export interface MinutesSummary {
  /** Minutes that are over, of those in which anything was measured. */
  readonly over: number;
  /** Those of them in which anything could be told. */
  readonly told: number;
  /** Those of these in which it was mostly facing the screen. */
  readonly facing: number;
}

/** The minutes in three numbers. The one that runs is in none of them. */
export function summaryOf(kept: Pick<OwnMinutes, 'minutes' | 'lastWindow'>): MinutesSummary {
  const over = kept.minutes.filter(({ minute }) => windowsGone(kept, minute) === WINDOWS_PER_MINUTE);
  const told = over.filter(({ facing, elsewhere }) => facing + elsewhere > 0);
  const facing = told.filter((minute) => minute.facing >= minute.elsewhere);
  return { over: over.length, told: told.length, facing: facing.length };
}

/** What was on the stage for most of these minutes; null where nothing is known of it. */
export function shownDuring(
  { stage }: Pick<OwnMinutes, 'stage'>,
  { fromMinute, toMinute }: Pick<MinuteColumn, 'fromMinute' | 'toMinute'>,
): ShownOnStage | null {
  let best: { readonly windows: number; readonly shown: ShownOnStage } | null = null;
  for (const { fromWindow, toWindow, shown } of stage) {
    const from = Math.max(fromWindow, fromMinute * WINDOWS_PER_MINUTE);
    const to = Math.min(toWindow + 1, toMinute * WINDOWS_PER_MINUTE);
    if (to - from > (best?.windows ?? 0)) best = { windows: to - from, shown };
  }
  return best?.shown ?? null;
}
