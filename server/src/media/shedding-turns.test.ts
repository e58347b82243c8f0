import type { SheddingStep } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { turnsOf } from './shedding-turns.ts';

/** A class on these workers, which has given up so much and has something left or not. */
class Other {
  readonly synthetic: boolean;
  readonly shedding: Other = this;
  readonly state: { step: SheddingStep; reason: null };
  hasMoreToGive: boolean;
  readonly #workers: string;

  constructor(kind: 'people' | 'test', workers: string, step: SheddingStep, hasMoreToGive: boolean) {
    this.synthetic = kind === 'test';
    this.#workers = workers;
    this.state = { step, reason: null };
    this.hasMoreToGive = hasMoreToGive;
  }

  sharesWorkers(other: Other): boolean {
    return this.#workers.split(' ').some((worker) => other.#workers.split(' ').includes(worker));
  }
}

const turns = (...classes: Other[]) =>
  turnsOf<Other, Other>(classes).map(([, { giveUp, takeBack }]) => [giveUp, takeBack]);

it('lets classes of people alone do both whenever they have to', () => {
  expect(turns(new Other('people', 'a b', 'none', true), new Other('people', 'a b', 'camera', true))).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(turns(new Other('test', 'a b', 'camera', true))).toEqual([[true, true]]);
});

it('takes all from a load test before anything from people on the same workers', () => {
  const [people, elsewhere] = [new Other('people', 'a b', 'none', true), new Other('people', 'c', 'none', true)];
  const test = new Other('test', 'b', 'thumbnails', true);
  expect(turns(people, elsewhere, test)).toEqual([
    [false, true],
    [true, true],
    [true, true],
  ]);
  test.hasMoreToGive = false;
  expect(turns(people, elsewhere, test)[0]).toEqual([true, true]);
});

it('gives it back to people first', () => {
  const test = new Other('test', 'a b', 'screen', false);
  expect(turns(new Other('people', 'a', 'thumbnails', true), test)[1]).toEqual([true, false]);
  expect(turns(new Other('people', 'a', 'none', true), test)[1]).toEqual([true, true]);
});
