import { classStart } from './rehearsal/class-start.ts';

/** A full class waits in front of closed doors when the teacher starts it. */
export const { options, setup, teardown, instructor, students, server } = classStart('closed');
