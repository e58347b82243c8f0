import type { Benchmark } from '@lectern/testbed';
import { COST_GOALS, measureCost } from './attention-cost.ts';

/** What measuring costs a student's device. */
export const attention: Benchmark = {
  name: 'attention',
  about: 'on-device measuring: cost of a frame and of a window, processor, memory, download, first score',
  goals: COST_GOALS,
  run: measureCost,
};
