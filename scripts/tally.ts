/** How many tests passed and failed, over all runners. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    NOTHING,
  );
}

/** The closing line of a run: "12 passed, 0 failed", with what was skipped when there is any. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Whether a run is a success: nothing failed, and something ran. A name that nothing bears is no success. */
export function succeeded({ passed, failed }: Tally): boolean {
  return failed === 0 && passed > 0;
}

/** What Vitest's JSON report says about each file. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * Counts a run of Vitest. A file that did not load counts as one failure, and so does a run that ended badly without
 * saying which test it was (null: it wrote no report at all).
 */
export function tallyVitest(report: VitestReport | null, exitCode: number | null): Tally {
  if (report === null) return { ...NOTHING, failed: 1 };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
