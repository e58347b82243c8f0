import { fail, sleep } from 'k6';
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { count, Crowd, teach, type Lesson, type Teaching } from 'k6/x/lectern';
import { STUDENTS_AFTER_S } from './class-time.ts';
import { makeClass, removeClass, type ClassUnderTest } from './class-under-test.ts';
import { currentState, note, tell, tellPresent, type RunState } from './control.ts';
import { watchServer } from './server-watch.ts';
import { settings, type Thresholds } from './settings.ts';

/** A class with one instructor, and students of whom the scenario says when they come and what they do. */
export interface LecturePlan {
  /** How long everybody takes to come. */
  readonly enterS: number;
  /** How long they stay after that, beside the minutes that are set. */
  readonly extraS?: number;
  /** How the doors stand while students wait for the start, which is told by the state `starting`; left out: the class is live when they come. */
  readonly doors?: Teaching['doors'];
  /** How often the instructor invites whoever raised a hand first; left out: never. */
  readonly inviteEveryS?: number;
  readonly thresholds: Thresholds;
  /** One VU does this. */
  readonly students: (of: ClassUnderTest) => void;
}

/** What a scenario exports to k6. */
export interface Lecture {
  readonly options: Options;
  readonly setup: () => ClassUnderTest;
  readonly teardown: (of: ClassUnderTest) => void;
  readonly instructor: (of: ClassUnderTest) => void;
  readonly students: (of: ClassUnderTest) => void;
  readonly server: () => void;
}

const SPARE_S = 300;
/** Nobody came, or nobody comes back. */
const GIVEN_UP_AFTER_S = 90;
/** What the class takes before anybody comes is measured for as long as any load. */
const EMPTY_ON_PURPOSE: RunState = 'step-0';
/** Those who left were the last. */
const LEFT_FOR_S = 3;

/**
 * Parts that did not come to their end, each with its tag `part`: what a lecture did not do any more no other goal can miss, and k6 passes whatever
 * throws. A part that is through adds 0, so that one which was stopped, and added nothing, misses its goal as well.
 */
const brokenOff = new Counter('lectern_broken_off');
type Part = 'instructor' | 'students' | 'server';
const ALL_THROUGH: Thresholds = Object.fromEntries(
  (['instructor', 'students', 'server'] satisfies Part[]).map((part) => [
    `lectern_broken_off{part:${part}}`,
    ['count<1'],
  ]),
);

/** Puts a lecture together; the thresholds are its own and those that hold for every one. */
export function lecture(plan: LecturePlan): Lecture {
  const lastsS = STUDENTS_AFTER_S + plan.enterS + settings.minutes * 60 + (plan.extraS ?? 0);
  const once = {
    executor: 'per-vu-iterations',
    vus: 1,
    iterations: 1,
    maxDuration: `${Math.ceil(lastsS + SPARE_S)}s`,
    // For the command, which says before it begins how long it will take.
    env: { LASTS_S: String(Math.ceil(lastsS)) },
  } as const;
  return {
    options: {
      scenarios: {
        instructor: { ...once, exec: 'instructor' },
        students: { ...once, exec: 'students', startTime: `${STUDENTS_AFTER_S}s` },
        server: { ...once, exec: 'server' },
      },
      thresholds: { ...ALL_THROUGH, ...plan.thresholds },
      summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(95)', 'p(99)'],
    },
    setup: () => makeClass(lastsS),
    teardown: removeClass,
    instructor(of) {
      // Whatever comes: nobody watches the server of a class that is over.
      try {
        toItsEnd('instructor', () => {
          const { ptimeMs, cameraKbps } = settings;
          const { doors } = plan;
          const lesson = teach(of, { seat: of.instructor, ptimeMs, videoKbps: cameraKbps, ...(doors && { doors }) });
          const isThrough = teachUntilEmpty(lesson, plan);
          const worstUnruly = lesson.worstUnruly();
          note({ failures: count(of), worst: lesson.worst(), ...(worstUnruly === null ? {} : { worstUnruly }) });
          lesson.end();
          if (!isThrough)
            fail(`nobody was in the class for ${GIVEN_UP_AFTER_S} s, and students were still to be there`);
        });
      } finally {
        tell('over');
      }
    },
    students(of) {
      try {
        toItsEnd('students', () => {
          plan.students(of);
        });
      } catch (error) {
        // Nobody who is in leaves any more: without word of it the instructor would wait for them.
        tell('given-up');
        throw error;
      }
    },
    server() {
      toItsEnd('server', watchServer);
    },
  };
}

function toItsEnd(part: Part, play: () => void): void {
  try {
    play();
  } catch (error) {
    brokenOff.add(1, { part });
    throw error;
  }
  brokenOff.add(0, { part });
}

/** False where the class was empty for too long before its end. */
function teachUntilEmpty(lesson: Lesson, { doors, inviteEveryS = Number.POSITIVE_INFINITY }: LecturePlan): boolean {
  let isWaitedFor = doors !== undefined;
  let sinceInvitedS = 0;
  for (let emptyS = 0; emptyS < GIVEN_UP_AFTER_S; emptyS += 1) {
    sleep(1);
    const state = currentState();
    exec.vu.metrics.tags['state'] = state;
    if (state === 'given-up') return true;
    if (isWaitedFor && state === 'starting') {
      lesson.start();
      isWaitedFor = false;
    }
    sinceInvitedS += 1;
    // One for whom nobody had a hand up, or no place was free, is made up for at once.
    if (state === 'settled' && sinceInvitedS >= inviteEveryS && lesson.invite()) sinceInvitedS = 0;
    const present = lesson.present();
    tellPresent(present);
    if (present > 0 || state === EMPTY_ON_PURPOSE) emptyS = -1;
    else if (state === 'leaving' && emptyS >= LEFT_FOR_S) return true;
  }
  return false;
}

/** All of one lecture: everybody comes at this rate, stays for the minutes that are set, and goes. */
export function audience(plan: {
  readonly joinsPerS: number;
  readonly video?: number;
}): Pick<LecturePlan, 'enterS' | 'students'> {
  const { participants, minutes } = settings;
  const enterS = participants / plan.joinsPerS;
  return {
    enterS,
    students(of) {
      const crowd = new Crowd(of, { contribute: settings.contribute, video: plan.video ?? 0 });
      crowd.enter(participants, enterS);
      tell('settled');
      sleep(minutes * 60);
      tell('leaving');
      crowd.leave();
    },
  };
}
