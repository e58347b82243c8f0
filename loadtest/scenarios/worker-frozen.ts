import { inFullClass } from './rehearsal/full-class.ts';
import { bothWorkersFall } from './rehearsal/worker-fault.ts';

/** The server asks each worker once a second, and takes one for frozen that left six questions open. */
const FOUND_AFTER_MS = 7_000;
const BACK_AFTER_MS = 5_000;

/** SIGSTOP of a media worker in a full class, and then of the one that has the stage: each is found and replaced, and nobody else notices. */
export const { options, setup, teardown, instructor, students, server } = inFullClass(
  bothWorkersFall('worker-freeze', FOUND_AFTER_MS, BACK_AFTER_MS),
);
