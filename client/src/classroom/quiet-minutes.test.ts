import type { WindowOutcome } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { QuietMinutes } from './quiet-minutes.ts';

const MINUTE = 12;
const scored = (score: number): WindowOutcome => ({ kind: 'score', score });
const unclear: WindowOutcome = { kind: 'abstain', reason: 'too-dark' };

/** One student's windows, one after the other; keeps at which of them a reminder came. */
class Student {
  readonly reminded: number[] = [];
  readonly quiet = new QuietMinutes();
  #window: number;

  constructor(window = 0) {
    this.#window = window;
  }

  sits(minutes: number, outcome: WindowOutcome | ((window: number) => WindowOutcome), welcome = true): this {
    for (const until = this.#window + minutes * MINUTE; this.#window < until; this.#window += 1) {
      const now = typeof outcome === 'function' ? outcome(this.#window) : outcome;
      if (this.quiet.note({ windowIndex: this.#window, outcome: now }, welcome)) this.reminded.push(this.#window);
    }
    return this;
  }
}

describe('quiet minutes', () => {
  it('bring one reminder, not before most of the last four minutes were quiet', () => {
    const { reminded } = new Student().sits(10, scored(0.9)).sits(10, scored(0.1));
    // 29 of 48 windows are the first that make three fifths.
    expect(reminded).toEqual([10 * MINUTE + 28]);
  });

  it('bring none while the student faces the screen, or looks away for a minute or two', () => {
    const restless = (window: number) => scored(window % 60 < 20 ? 0.1 : 0.9);
    expect(new Student().sits(60, restless).reminded).toEqual([]);
  });

  it('bring none in the first five minutes of a class, nor of the measuring', () => {
    expect(new Student().sits(20, scored(0.1)).reminded).toEqual([5 * MINUTE - 1]);
    expect(new Student(40 * MINUTE).sits(20, scored(0.1)).reminded).toEqual([45 * MINUTE - 1]);
  });

  it('bring none where too few windows could be told', () => {
    const seldom = (window: number) => (window % 3 === 0 ? scored(0.1) : unclear);
    expect(new Student().sits(30, seldom).reminded).toEqual([]);
    const often = (window: number) => (window % 2 === 0 ? scored(0.1) : unclear);
    expect(new Student().sits(30, often).reminded).toHaveLength(1);
  });

  it('are spoken of once, however long they last; again only when they were over and ten minutes have passed', () => {
    const student = new Student().sits(5, scored(0.9)).sits(40, scored(0.1));
    expect(student.reminded).toHaveLength(1);
    student.sits(5, scored(0.9)).sits(5, scored(0.1));
    expect(student.reminded).toHaveLength(2);
    const [first = 0, second = 0] = student.reminded;
    expect(second - first).toBeGreaterThan(10 * MINUTE);
  });

  it('never come twice in ten minutes, and are not forgotten meanwhile', () => {
    const student = new Student().sits(6, scored(0.1)).sits(4, scored(0.9)).sits(20, scored(0.1));
    const [first = 0, second = 0] = student.reminded;
    expect(student.reminded).toHaveLength(2);
    expect(second - first).toBe(10 * MINUTE);
  });

  it('are not over for a share that lies between the two limits', () => {
    const half = (window: number) => scored(window % 2 === 0 ? 0.1 : 0.9);
    expect(new Student().sits(10, scored(0.1)).sits(30, half).sits(20, scored(0.1)).reminded).toHaveLength(1);
  });

  it('wait while a reminder would be out of place', () => {
    const student = new Student().sits(20, scored(0.1), false);
    expect(student.reminded).toEqual([]);
    expect(student.sits(1, scored(0.1)).reminded).toEqual([20 * MINUTE]);
  });

  it('are left alone as long as the student wishes', () => {
    const student = new Student().sits(6, scored(0.9));
    student.quiet.snooze(30 * 60_000);
    expect(student.sits(40, scored(0.1)).reminded).toEqual([36 * MINUTE - 1]);
  });

  it('begin anew with the measuring', () => {
    const student = new Student().sits(6, scored(0.9)).sits(2, scored(0.1));
    student.quiet.restart();
    expect(student.sits(4, scored(0.1)).reminded).toEqual([]);
    expect(student.sits(2, scored(0.1)).reminded).toHaveLength(1);
  });
});
