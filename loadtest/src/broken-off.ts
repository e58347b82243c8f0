import { misses } from '@lectern/testbed';
import type { K6Ending } from './k6.ts';
import type { RunFigure } from './result.ts';
import { clockTime } from './server-side.ts';

/** How k6 ends after a whole run that missed a threshold. */
const THRESHOLDS_MISSED = 99;

/** How a run came to its end. */
interface Ending extends K6Ending {
  readonly isInterrupted: boolean;
  /** Since when the server has not answered any more, in milliseconds of the wall clock; null where it did. */
  readonly goneSinceMs: number | null;
  /** The signal or exit code with which a server of the load test's own ended by itself; null for others. */
  readonly serverEndedBy: string | null;
  /** Somebody else removed the class before its end. */
  readonly wasRemoved: boolean;
}

/** Why a run ended before its time, in words; null where it did not. */
export function whyBrokenOff({
  code,
  signal,
  isInterrupted,
  goneSinceMs,
  serverEndedBy,
  wasRemoved,
}: Ending): string | null {
  if (serverEndedBy !== null) return `The server ended by itself (${serverEndedBy})`;
  if (goneSinceMs !== null) return `The server has not answered since ${clockTime(goneSinceMs)} (its own log says why)`;
  const hasEndedWell = code === 0 || code === THRESHOLDS_MISSED;
  if (isInterrupted && !hasEndedWell) return 'Interrupted';
  if (wasRemoved) return 'The class was ended on the server, on its operator’s page or since its time was over';
  if (hasEndedWell) return null;
  // Nothing of it stands above then.
  if (signal !== null) return `k6 was ended by ${signal} (where memory ran short: fewer people, or a larger machine)`;
  return 'k6 did not end as it should (it says why above)';
}

/**
 * The figures of a run that was broken off, judged by no more than they can tell: what was not measured had no time to be, and what a class without a
 * server lost nothing of is no news of the server. What was measured and missed its goal stays missed, but in a class that somebody removed: that ends
 * connections by itself.
 */
export function judgedSoFar(
  figures: readonly RunFigure[],
  gone: { readonly server: boolean; readonly byRemoval: boolean },
): readonly RunFigure[] {
  return figures.map((figure) =>
    figure.goal !== null && (figure.value === null || gone.byRemoval || (gone.server && !misses(figure)))
      ? { ...figure, goal: null, note: `not judged, since the run was broken off: ${figure.note}` }
      : figure,
  );
}
