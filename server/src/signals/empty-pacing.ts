import type { Pacing } from '@lectern/contracts';

/** The content of the pacing view where nothing was published yet. */
export function emptyPacing(state: Pacing['state'], minimumCohort: number): Pacing {
  const none = { lastMs: null, measured: null, current: null, readings: [], fine: [], coverage: [] };
  return { state, minimumCohort, modelTags: [], ...none };
}
