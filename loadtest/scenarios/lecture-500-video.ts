import { join, NOBODY_LOST, pictures, scores, sound } from './rehearsal/goals.ts';
import { audience, lecture } from './rehearsal/lecture.ts';

/** Five hundred with the teacher's voice in fifty packets a second, and the largest of the pictures that the teacher's camera sends. */
export const { options, setup, teardown, instructor, students, server } = lecture({
  ...audience({ joinsPerS: 2000 / 60, video: 1 }),
  thresholds: {
    ...NOBODY_LOST,
    ...join(1500),
    ...sound(0.001, 200),
    ...scores(0.01),
    ...pictures(0.001),
  },
});
