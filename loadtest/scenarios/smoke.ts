import { join, NOBODY_LOST, scores, sound } from './rehearsal/goals.ts';
import { audience, lecture } from './rehearsal/lecture.ts';

/** Small and short: does a load test run at all on this machine? Its goals leave room for one that is busy. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  ...audience({ joinsPerS: 10 }),
  thresholds: { ...NOBODY_LOST, ...join(5000), ...sound(0.01, 1000), ...scores(0.1) },
});
