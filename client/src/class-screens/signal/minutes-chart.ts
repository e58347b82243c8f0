import { WINDOW_MS } from '@lectern/contracts';
import { unmeasuredOf, type OwnMinutes, type ShownOnStage } from '../../classroom/own-minutes.ts';

const WINDOWS_PER_MINUTE = 60_000 / WINDOW_MS;
/** Columns narrower than this, with their gap, cannot be told apart. */
const NARROWEST_PX = 4;
const STEPS = [1, 2, 5, 10, 30] as const;

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

/** From the first to the last minute that was measured, gaps as minutes in which nothing was; `perColumn` minutes together. */
export function columnsOf({ minutes }: Pick<OwnMinutes, 'minutes'>, perColumn: number): MinuteColumn[] {
  const [first, last] = [minutes.at(0), minutes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const known = new Map(minutes.map((minute) => [minute.minute, minute]));
  const columns: MinuteColumn[] = [];
  for (let from = first.minute; from <= last.minute; from += perColumn) {
    const sum = { facing: 0, elsewhere: 0, unclear: 0, unmeasured: 0 };
    for (let minute = from; minute < from + perColumn; minute += 1) {
      const at = known.get(minute);
      sum.facing += at?.facing ?? 0;
      sum.elsewhere += at?.elsewhere ?? 0;
      sum.unclear += at?.unclear ?? 0;
      sum.unmeasured += at ? unmeasuredOf(at) : WINDOWS_PER_MINUTE;
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

/** Minutes in which anything could be told, and in how many of them it was mostly facing the screen. */
export function summaryOf({ minutes }: Pick<OwnMinutes, 'minutes'>): { told: number; facing: number } {
  const told = minutes.filter(({ facing, elsewhere }) => facing + elsewhere > 0);
  return { told: told.length, facing: told.filter(({ facing, elsewhere }) => facing >= elsewhere).length };
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
