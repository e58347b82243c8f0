import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import type { ClassUnderTest } from './class-under-test.ts';
import { tell } from './control.ts';
import { lecture, type Lecture } from './lecture.ts';
import { settings, type Thresholds } from './settings.ts';

const JOINS_PER_S = 33;
const BEFORE_S = 15;

/** What is to happen in a full class, and how long it takes at the most that is planned. */
export interface Happening {
  readonly thresholds: Thresholds;
  readonly takesS: number;
  readonly happen: (of: ClassUnderTest, crowd: Crowd) => void;
}

/** A full class has been in for a while when it happens; then everybody stays for the minutes that are set. */
export function inFullClass({ thresholds, takesS, happen }: Happening): Lecture {
  const enterS = settings.participants / JOINS_PER_S;
  return lecture({
    ...{ enterS, extraS: BEFORE_S + takesS, thresholds },
    students(of) {
      const crowd = new Crowd(of, { contribute: settings.contribute });
      crowd.enter(settings.participants, enterS);
      tell('settled');
      sleep(BEFORE_S);
      happen(of, crowd);
      sleep(settings.minutes * 60);
      tell('leaving');
      crowd.leave();
    },
  });
}
