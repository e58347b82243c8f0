import { KeptNames } from '../../app/kept-names.ts';

/**
 * Courses in which the newest answer on this device was a No: it is not asked again. By course alone: a guest's seat, which
 * holds the answer at the server, is another in each class. Enough for every course of a degree.
 */
export const declinedCourses = new KeptNames('lectern.declined', 50);
