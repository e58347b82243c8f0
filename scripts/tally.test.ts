import { describe, expect, it } from 'vitest';
import { closingLine, NOTHING, succeeded, sum, tallyVitest, type VitestReport } from './tally.ts';

const report: VitestReport = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
};

describe('the closing line', () => {
  it('sums all runners', () => {
    const total = sum([
      { passed: 6, failed: 1, skipped: 0 },
      { passed: 40, failed: 0, skipped: 0 },
    ]);
    expect(closingLine(total)).toBe('46 passed, 1 failed');
  });

  it('names what was skipped', () => {
    expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped');
  });
});

describe('a run', () => {
  it('succeeds when something passed and nothing failed', () => {
    expect(succeeded({ passed: 3, failed: 0, skipped: 1 })).toBe(true);
    expect(succeeded({ passed: 3, failed: 1, skipped: 0 })).toBe(false);
  });

  it('does not when nothing ran at all, as with a filter that is misspelt', () => {
    expect(succeeded(NOTHING)).toBe(false);
    expect(succeeded({ passed: 0, failed: 0, skipped: 5 })).toBe(false);
  });
});

describe('a run of Vitest', () => {
  it('counts its tests', () => {
    expect(tallyVitest(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 2 });
  });

  it('counts a file that did not load as one failure', () => {
    const unloaded = { ...report, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(tallyVitest(unloaded, 1).failed).toBe(1);
  });

  it('counts as failed when it ended badly with every test passed', () => {
    expect(tallyVitest(report, 1).failed).toBe(1);
  });

  it('counts as failed when it wrote no report', () => {
    expect(tallyVitest(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
