import type { ClassEvent, Coverage, ParticipationMinute, Reading } from '@lectern/contracts';
import { WINDOW_MS } from '@lectern/contracts';

/** A reading with a figure; words carry none. */
export type FigureReading = Extract<Reading, { share: number }>;
export type WordReading = Extract<Reading, { resolution: 'words' }>;

/** A stretch of the class clock, in ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a span is drawn, in px. Shares go from 0 at the bottom to 1 at the top, always. */
export interface Plot extends Span {
  readonly width: number;
  readonly height: number;
}

const MINUTE_MS = 60_000;
export const CHART_SPAN_MS = 15 * MINUTE_MS;
/** What five-second marks are shown of: enough to see a minute breathe. */
export const ZOOMED_SPAN_MS = 5 * MINUTE_MS;

/** The stretch that the chart shows: the last `lengthMs`; a class younger than that fills it from the left. */
export function chartSpan(endMs: number, lengthMs: number): Span {
  const fromMs = Math.max(0, endMs - lengthMs);
  return { fromMs, toMs: fromMs + lengthMs };
}

/**
 * Where the chart ends: with the newest figure, or, where figures are missing for more than a minute, with the newest of what
 * students and stage did.
 */
export function chartEndMs(
  lastMs: number | null,
  events: readonly ClassEvent[],
  participation: readonly ParticipationMinute[],
): number {
  const figuresMs = lastMs ?? 0;
  const lanesMs = Math.max(
    0,
    ...events.map(({ atMs }) => atMs),
    ...participation.map(({ minute }) => minute * MINUTE_MS),
  );
  return lanesMs - figuresMs > MINUTE_MS ? (Math.floor(lanesMs / MINUTE_MS) + 1) * MINUTE_MS : figuresMs;
}

export function xOf(plot: Plot, atMs: number): number {
  return ((atMs - plot.fromMs) / (plot.toMs - plot.fromMs)) * plot.width;
}

export function yOf(plot: Plot, share: number): number {
  return (1 - Math.min(1, Math.max(0, share))) * plot.height;
}

/** Readings that touch the span, as runs without a gap: where nothing may be shown, nothing is drawn. */
export function runs<T extends Span>(readings: readonly T[], span: Span): T[][] {
  const inside = readings.filter(({ fromMs, toMs }) => toMs > span.fromMs && fromMs < span.toMs);
  const result: T[][] = [];
  for (const reading of inside) {
    const last = result.at(-1);
    if (last?.at(-1)?.toMs === reading.fromMs) last.push(reading);
    else result.push([reading]);
  }
  return result;
}

/** The line of one run: through the middle of each reading, level to both ends. */
export function linePath(plot: Plot, run: readonly FigureReading[]): string {
  return polyline(edge(plot, run, ({ share }) => share));
}

/** The closed outline between two shares of each reading of one run. */
export function areaPath(
  plot: Plot,
  run: readonly FigureReading[],
  low: (reading: FigureReading) => number,
  high: (reading: FigureReading) => number,
): string {
  const top = edge(plot, run, high);
  const bottom = edge(plot, run, low).toReversed();
  return top.length === 0 ? '' : `${polyline([...top, ...bottom])}Z`;
}

/** Upper or lower edge alone, as an open line. */
export function edgePath(plot: Plot, run: readonly FigureReading[], share: (reading: FigureReading) => number): string {
  return polyline(edge(plot, run, share));
}

function edge(
  plot: Plot,
  run: readonly FigureReading[],
  share: (reading: FigureReading) => number,
): [number, number][] {
  const first = run[0];
  const last = run.at(-1);
  if (!first || !last) return [];
  return [
    [xOf(plot, Math.max(first.fromMs, plot.fromMs)), yOf(plot, share(first))],
    ...run.map((reading): [number, number] => [xOf(plot, middle(reading)), yOf(plot, share(reading))]),
    [xOf(plot, Math.min(last.toMs, plot.toMs)), yOf(plot, share(last))],
  ];
}

export function middle({ fromMs, toMs }: Span): number {
  return (fromMs + toMs) / 2;
}

function polyline(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** Times for the axis: each full `everyMs` of the reader's clock inside the span. */
export function axisTimes(span: Span, startedAtMs: number, everyMs: number): number[] {
  // Zones differ from UTC by whole quarters of an hour, so full five minutes are the same everywhere.
  const first = Math.ceil((startedAtMs + span.fromMs) / everyMs) * everyMs - startedAtMs;
  const times: number[] = [];
  for (let at = first; at <= span.toMs; at += everyMs) times.push(at);
  return times;
}

/**
 * The bounds that those not measured leave: the share of all present if none, and if all, of the others faced the screen. The
 * reading's own range is in them, so that they always hold the band.
 */
export function bounds(reading: FigureReading, present: number): { low: number; high: number } {
  const here = Math.max(present, reading.measured);
  return {
    low: (reading.low * reading.measured) / here,
    high: (reading.high * reading.measured + here - reading.measured) / here,
  };
}

/**
 * How many people were present in the middle of a reading's stretch, at least those who were measured: whoever came or left
 * since belongs to another one. Null when no window of it is known.
 */
export function presentDuring(coverage: readonly Coverage[], { fromMs, toMs, measured }: Reading): number | null {
  const present = coverage
    .filter(({ window }) => window * WINDOW_MS >= fromMs && (window + 1) * WINDOW_MS <= toMs)
    .map((row) => row.present)
    .sort((one, other) => one - other);
  const middle = present[Math.floor(present.length / 2)];
  return middle === undefined ? null : Math.max(measured, middle);
}

/** Bounds are drawn from half coverage on; below that they would say nothing to the eye. */
export function boundsAreDrawn(reading: FigureReading, present: number): boolean {
  return present > 0 && reading.measured / present >= 0.5;
}

/** The bounds of a reading where they are drawn, as shares; null where they are not, or nothing is known of who was there. */
export function drawnBounds(
  reading: FigureReading,
  coverage: readonly Coverage[],
): { low: number; high: number } | null {
  const present = presentDuring(coverage, reading);
  return present !== null && boundsAreDrawn(reading, present) ? bounds(reading, present) : null;
}

/** Marks on a lane, those closer than `gapPx` taken together; each keeps what it holds, in order. */
export function clusters<T extends { atMs: number }>(
  items: readonly T[],
  plot: Plot,
  gapPx: number,
): { x: number; items: T[] }[] {
  const result: { x: number; items: T[] }[] = [];
  for (const item of items) {
    if (item.atMs < plot.fromMs || item.atMs > plot.toMs) continue;
    const x = xOf(plot, item.atMs);
    const last = result.at(-1);
    if (last && x - last.x < gapPx) last.items.push(item);
    else result.push({ x, items: [item] });
  }
  return result;
}
