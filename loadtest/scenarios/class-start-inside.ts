import { classStart } from './rehearsal/class-start.ts';

/** A full class waits inside, with the doors open, when the teacher starts it. */
export const { options, setup, teardown, instructor, students, server } = classStart('open');
