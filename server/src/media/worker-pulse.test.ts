import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WorkerPulse } from './worker-pulse.ts';

/** A worker that answers only when it is told to. */
class Slow {
  readonly answers: ((answer: number) => void)[] = [];
  readonly failures: ((error: Error) => void)[] = [];
  readonly ask = () =>
    new Promise<number>((resolve, reject) => {
      this.answers.push(resolve);
      this.failures.push(reject);
    });
}

function pulseOf(slow: Slow, cpuMs: () => number | null = () => 70) {
  const answered: number[] = [];
  const frozen: object[] = [];
  const pulse = new WorkerPulse<object, number>(
    slow.ask,
    (answer) => answered.push(answer),
    (process) => frozen.push(process),
    cpuMs,
  );
  return { pulse, answered, frozen };
}

describe('the pulse of a worker', () => {
  it('calls a worker frozen, once, after five ticks without an answer, and never one that answers late', async () => {
    const slow = new Slow();
    const { pulse, answered, frozen } = pulseOf(slow);
    const process = {};
    for (let tick = 0; tick < 5; tick += 1) pulse.tick(process);
    slow.answers[0]!(1);
    await turn();
    expect([slow.answers.length, answered, frozen]).toEqual([1, [1], []]);
    for (let tick = 0; tick < 9; tick += 1) pulse.tick(process);
    expect([slow.answers.length, frozen]).toEqual([2, [process]]);
  });

  it('leaves one alone that answers nothing and runs, until it is lost in itself', () => {
    let usedMs = 0;
    const { pulse, frozen } = pulseOf(new Slow(), () => (usedMs += 10));
    const process = {};
    for (let tick = 0; tick <= 29; tick += 1) pulse.tick(process);
    expect(frozen).toEqual([]);
    for (let tick = 0; tick < 5; tick += 1) pulse.tick(process);
    expect(frozen).toEqual([process]);
  });

  it('waits as long where the system does not say what a process uses', () => {
    const { pulse, frozen } = pulseOf(new Slow(), () => null);
    const process = {};
    for (let tick = 0; tick <= 29; tick += 1) pulse.tick(process);
    expect(frozen).toEqual([]);
    pulse.tick(process);
    expect(frozen).toEqual([process]);
  });

  it('begins anew with another process, and passes over the answer of the one before', async () => {
    const slow = new Slow();
    const { pulse, answered, frozen } = pulseOf(slow);
    for (let tick = 0; tick < 4; tick += 1) pulse.tick({});
    const second = {};
    for (let tick = 0; tick < 4; tick += 1) pulse.tick(second);
    slow.answers[0]!(1);
    await turn();
    expect([answered, frozen]).toEqual([[], []]);
    pulse.tick(null);
    pulse.tick(second);
    expect(frozen).toEqual([]);
  });

  it('takes a refusal for the end of the process, which others watch over', async () => {
    const slow = new Slow();
    const { pulse, frozen } = pulseOf(slow);
    const process = {};
    pulse.tick(process);
    slow.failures[0]!(new Error('closed'));
    await turn();
    for (let tick = 0; tick < 5; tick += 1) pulse.tick(process);
    expect([slow.answers.length, frozen]).toEqual([2, []]);
  });
});
