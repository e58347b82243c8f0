import type { SheddingStep } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { turnsOf } from './shedding-turns.ts';
import type { Turn } from './shedding.ts';

/** A class on these workers, the fullest first, which has given up so much and has something left or not. */
class Other {
  readonly synthetic: boolean;
  readonly shedding: Other = this;
  readonly state: { step: SheddingStep; reason: null };
  hasMoreToGive = true;
  readonly #workers: readonly string[];

  constructor(kind: 'people' | 'test', workers: string, step: SheddingStep = 'none') {
    this.synthetic = kind === 'test';
    this.#workers = workers.split(' ');
    this.state = { step, reason: null };
  }

  sharesWorkers(other: Other): boolean {
    return this.#workers.some((worker) => other.#workers.includes(worker));
  }

  meetsAtFullest(other: Other): boolean {
    const [fullest = ''] = this.#workers;
    return other.#workers.includes(fullest);
  }
}

const turns = (...classes: Other[]) => turnsOf<Other, Other>(classes).map(([, turn]) => turn);
const ALONE: Turn = { giveUp: 'when-near', everything: false, takeBack: true };

it('lets classes alone do both whenever they have to, step by step', () => {
  expect(turns(new Other('people', 'a b'), new Other('people', 'a b', 'camera'))).toEqual([ALONE, ALONE]);
  expect(turns(new Other('test', 'a b', 'camera'))).toEqual([ALONE]);
  expect(turns(new Other('people', 'a', 'camera'), new Other('test', 'b'))).toEqual([ALONE, ALONE]);
});

it('takes all from a load test at once before anything from people whose fullest worker it is on', () => {
  const [people, test] = [new Other('people', 'a b'), new Other('test', 'c a')];
  expect(turns(people, test)).toEqual([
    { ...ALONE, giveUp: 'never' },
    { ...ALONE, everything: true },
  ]);
  test.hasMoreToGive = false;
  expect(turns(people, test)[0]).toEqual(ALONE);
});

it('lets people give up at once what a load test on another one of their workers would not relieve', () => {
  expect(turns(new Other('people', 'a b'), new Other('test', 'b'))[0]).toEqual(ALONE);
});

it('takes all from a load test that comes while people beside it do without something, and gives it back to people first', () => {
  const [people, test] = [new Other('people', 'a b', 'thumbnails'), new Other('test', 'b')];
  expect(turns(people, test)[1]).toEqual({ giveUp: 'now', everything: true, takeBack: false });
  expect(turns(new Other('people', 'a b'), test)[1]).toEqual({ ...ALONE, everything: true });
});
