import { setImmediate } from 'node:timers/promises';

/** So long everything else waits at most, before it has its turn. */
const LONGEST_RUN_MS = 8;

/**
 * Does what it is given one after another, and lets the event loop go round in between. PGlite answers within the tick that asks:
 * with a queue before it, nothing else of the process would happen until the last question is answered.
 */
export function fairTurns(now: () => number = () => performance.now()): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let ranSinceMs = -Infinity;
  return (work) => {
    const turn = last.then(async () => {
      if (now() - ranSinceMs > LONGEST_RUN_MS) {
        await setImmediate();
        ranSinceMs = now();
      }
      return work();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}
