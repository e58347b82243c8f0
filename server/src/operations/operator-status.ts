import type { OperatorStatus } from '@lectern/contracts';
import type { LoadTests } from '../courses/load-tests.ts';
import type { PlatformFigures } from './platform-figures.ts';

/** The figures of this moment with what the store knows of load tests. */
export async function operatorStatus(
  { ordinary, synthetic, mediaObjects: _, ...figures }: PlatformFigures,
  loadTests: Pick<LoadTests, 'running' | 'lastResult'>,
): Promise<OperatorStatus> {
  const [running, lastLoadTest] = await Promise.all([loadTests.running(), loadTests.lastResult()]);
  const students = new Map(synthetic.map((each) => [each.classId, each.students]));
  return {
    ...figures,
    classes: [...ordinary],
    loadTests: running.map((test) => ({ ...test, students: students.get(test.classId) ?? 0 })),
    lastLoadTest,
  };
}
