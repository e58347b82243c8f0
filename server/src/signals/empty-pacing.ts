import type { Pacing } from '@lectern/contracts';

/** The content of the pacing view where nothing was published yet. */
export function emptyPacing(state: Pacing['state'], minimumCohort: number): Pacing {
  return { state, minimumCohort, lastMs: null, measured: null, current: null, readings: [], fine: [], coverage: [] };
}
