import { fail, sleep } from 'k6';
import { mediaPorts, type ClassToJoin, type Crowd, type Watch } from 'k6/x/lectern';
import { breakWorker, type WorkerFault } from './control.ts';
import type { Happening } from './full-class.ts';
import { join, NOBODY_LOST } from './goals.ts';
import {
  nobodyElse,
  outage,
  stageAway,
  tellElsewhere,
  tellOutage,
  tellStretch,
  unharmed,
  untilAllHear,
} from './window.ts';

/** By then whoever lost the media has fallen silent: before, everybody seems to hear. */
const SHOWS_AFTER_S = 2;
const GIVEN_UP_AFTER_MS = 60_000;
/** Between the two faults the class is as it was, and the worker in place of the first has settled. */
const BETWEEN_S = 10;

/**
 * First a worker that has listeners alone falls, and those on others notice nothing; then the one that has the stage, through which everybody's
 * sound goes: nobody is undisturbed, the teacher is back first, and the sound soon after. `foundMs` is what the server may take to notice, `backMs`
 * what its people may be without sound after that, p95; half of it is the teacher's.
 */
export function bothWorkersFall(fault: WorkerFault, foundMs: number, backMs: number): Happening {
  return {
    thresholds: {
      ...NOBODY_LOST,
      ...join(1500),
      ...unharmed('listeners-worker', 'undisturbed'),
      ...nobodyElse('listeners-worker'),
      ...outage('listeners-worker', foundMs + backMs),
      ...stageAway('stage-worker', foundMs + backMs / 2),
      ...outage('stage-worker', foundMs + backMs),
    },
    takesS: BETWEEN_S + (2 * (foundMs + backMs)) / 1000,
    happen(of, crowd) {
      const port = portOfListeners(of);
      const watch = fall('listeners-worker', crowd, fault, port);
      tellElsewhere('listeners-worker', watch.disturbedElsewhere(port));
      sleep(BETWEEN_S);
      fall('stage-worker', crowd, fault, mediaPorts(of).stage);
    },
  };
}

function fall(which: 'listeners-worker' | 'stage-worker', crowd: Crowd, fault: WorkerFault, port: number): Watch {
  const watch = crowd.watch();
  breakWorker(fault, port, which === 'stage-worker' ? 'stage' : 'listeners');
  watch.fromNow();
  const beganMs = Date.now();
  sleep(SHOWS_AFTER_S);
  const ms = untilAllHear(watch, beganMs, GIVEN_UP_AFTER_MS);
  tellOutage(which, watch);
  tellStretch(which, { people: 'undisturbed', heard: watch.heardByUndisturbed(), ms });
  return watch;
}

/** Of the workers without the stage the one with the most listeners. */
function portOfListeners(of: ClassToJoin): number {
  const { stage, listeners } = mediaPorts(of);
  const most = listeners.filter(({ port }) => port !== stage).sort((one, other) => other.people - one.people)[0];
  if (most === undefined) fail('no media worker has listeners alone: it takes two workers, and people enough for both');
  return most.port;
}
