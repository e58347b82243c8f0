import { sleep } from 'k6';
import { Crowd } from 'k6/x/lectern';
import { tell } from './control.ts';
import { lecture, type Lecture } from './lecture.ts';
import { settings, type Thresholds } from './settings.ts';

const JOINS_PER_S = 33;
const BEFORE_S = 15;

/** A full class, half of which contributes, has been in for a while when `fault` comes; then everybody stays for the minutes that are set. */
export function inFullClass(thresholds: Thresholds, fault: (crowd: Crowd) => void): Lecture {
  const enterS = settings.participants / JOINS_PER_S;
  return lecture({
    ...{ enterS, extraS: BEFORE_S, thresholds },
    students(of) {
      const crowd = new Crowd(of, { contribute: 0.5 });
      crowd.enter(settings.participants, enterS);
      tell('settled');
      sleep(BEFORE_S);
      fault(crowd);
      sleep(settings.minutes * 60);
      tell('leaving');
      crowd.leave();
    },
  });
}
