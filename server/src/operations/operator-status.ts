import type { OperatorStatus } from '@lectern/contracts';
import type { LoadTests } from '../courses/load-tests.ts';
import type { PlatformFigures } from './platform-figures.ts';

/** A load test into whose class nobody has come yet. */
const UNSEEN = { students: 0, waiting: 0, shedding: { step: 'none', reason: null } } as const;

/** The figures of this moment with what the store knows of load tests. */
export async function operatorStatus(
  { ordinary, synthetic, lossShares, mediaObjects: _, ...figures }: PlatformFigures,
  loadTests: Pick<LoadTests, 'running' | 'lastResult'>,
): Promise<OperatorStatus> {
  const [running, lastLoadTest] = await Promise.all([loadTests.running(), loadTests.lastResult()]);
  const seen = new Map(
    synthetic.map(({ classId, students, waiting, shedding }) => [classId, { students, waiting, shedding }]),
  );
  return {
    ...figures,
    classes: [...ordinary],
    loadTests: running.map((test) => ({ ...test, ...(seen.get(test.classId) ?? UNSEEN) })),
    lossShare: lossShares.ordinary,
    lastLoadTest,
  };
}
