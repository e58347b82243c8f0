import { join, NOBODY_LOST, scores, sound } from './rehearsal/goals.ts';
import { audience, lecture } from './rehearsal/lecture.ts';

/** A thousand with the teacher's voice in fifty packets a second. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  ...audience({ joinsPerS: 2000 / 60 }),
  thresholds: { ...NOBODY_LOST, ...join(1500), ...sound(0.001, 200), ...scores(0.01) },
});
