import { inFullClass } from './rehearsal/full-class.ts';
import { bothWorkersFall } from './rehearsal/worker-fault.ts';

/** The system tells the server at once. */
const FOUND_AFTER_MS = 0;
const BACK_AFTER_MS = 5_000;

/** SIGKILL of a media worker in a full class, and then of the one that has the stage: their people are back soon, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = inFullClass(
  bothWorkersFall('worker-death', FOUND_AFTER_MS, BACK_AFTER_MS),
);
