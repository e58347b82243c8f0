import { join, NOBODY_LOST, quiet, scores, sound } from './rehearsal/goals.ts';
import { audience, lecture } from './rehearsal/lecture.ts';

/** Two thousand in a quiet class with the teacher's voice in packets of 60 ms; half of them contribute scores unless told otherwise. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  ...audience({ joinsPerS: 2000 / 60 }),
  thresholds: { ...NOBODY_LOST, ...join(1500), ...sound(0.0005, 200), ...scores(0.01), ...quiet() },
});
