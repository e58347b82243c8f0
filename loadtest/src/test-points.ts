import type { Point } from './points.ts';

/** A sample as a test needs it. */
export function point(metric: string, value: number, more: Partial<Point> = {}): Point {
  return { metric, value, atMs: 0, isGauge: false, tags: {}, ...more };
}
