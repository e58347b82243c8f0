import type { Benchmark } from '@lectern/testbed';
import { ACCURACY_GOALS, FIRST_FAMILY_GOALS, measureAccuracy } from './attention-accuracy.ts';
import { COST_GOALS, measureCost } from './attention-cost.ts';

/** How well is measured on people of the lab, and what it costs a student's device. */
export const attention: Benchmark = {
  name: 'attention',
  about: 'on-device measuring: how right it is on rendered people, and what it costs',
  whenNamed: 'an hour and more, with --quick a quarter of an hour',
  goals: [...ACCURACY_GOALS, ...FIRST_FAMILY_GOALS, ...COST_GOALS],
  run: async (log, { quick } = { quick: false }) => [
    ...(await measureAccuracy(log, quick)),
    ...(await measureCost(log)),
  ],
};

/** The second half alone. */
export const attentionCost: Benchmark = {
  name: 'attention-cost',
  about: 'on-device measuring: cost of a frame and of a window, processor, memory, download, first score',
  goals: COST_GOALS,
  run: measureCost,
};
