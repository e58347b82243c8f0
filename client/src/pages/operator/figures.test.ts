import { describe, expect, it } from 'vitest';
import { inOrder, measured, memory, verdictOf } from './figures.ts';

describe('verdictOf', () => {
  const whole = { brokenOff: false, doesNotCount: [], notJudged: [], passed: true };

  const cases: readonly (readonly [Partial<Parameters<typeof verdictOf>[0]>, ReturnType<typeof verdictOf>])[] = [
    [{}, 'passed'],
    [{ passed: false }, 'missed'],
    [{ notJudged: ['analytics: CPU'] }, 'passed-as-judged'],
    [{ passed: false, notJudged: ['analytics: CPU'] }, 'missed'],
    [{ doesNotCount: ['the generator was late'] }, 'uncounted'],
    [{ passed: false, doesNotCount: ['the generator was late'] }, 'uncounted'],
    [{ passed: false, brokenOff: true }, 'broken-off'],
    [{ passed: false, brokenOff: true, doesNotCount: ['half of the planned joins began too late'] }, 'broken-off'],
  ];
  it.each(cases)('of %o is %s', (found, verdict) => {
    expect(verdictOf({ ...whole, ...found })).toBe(verdict);
  });
});

describe('inOrder', () => {
  it('puts missed goals in front of those that were met, and figures without a goal apart', () => {
    const figure = (name: string, goal: number | null, passed = true) => ({ name, value: 1, unit: '', goal, passed });
    const { goals, rest } = inOrder([
      figure('students', null),
      figure('loss', 0.1),
      figure('joins', 1.5, false),
      figure('CPU', null),
    ]);
    expect(goals.map(({ name }) => name)).toEqual(['joins', 'loss']);
    expect(rest.map(({ name }) => name)).toEqual(['students', 'CPU']);
  });
});

describe('what is not known', () => {
  it('is said to be so, and never 0', () => {
    expect(measured(null, 'ms')).toBe('not measured');
    expect(measured(0, 'ms')).toBe('0 ms');
    expect(memory({ ownBytes: null, residentBytes: null })).toBe('not known');
    expect(memory({ ownBytes: 160 * 1024 ** 2, residentBytes: 210 * 1024 ** 2 })).toMatch(
      /^160\sMB of its own \(210\sMB resident\)$/,
    );
  });
});
