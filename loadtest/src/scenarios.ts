import { join } from 'node:path';

/** A load test as operators call it. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Unless told otherwise. */
  readonly participants: number;
  /** How long everybody stays once they are in, unless told otherwise. */
  readonly minutes: number;
  /** What the memory of the server and of its workers may grow by once all are in, in MB a minute; left out: it is told, not judged. */
  readonly memoryGrowthBelow?: number;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'smoke',
    about: 'does a load test run at all: a small class for half a minute',
    participants: 40,
    minutes: 0.3,
  },
  {
    name: 'worker-death',
    about: 'SIGKILL of a media worker in a full class',
    participants: 2000,
    minutes: 1,
  },
];

export function scenarioFile(name: string): string {
  return join(import.meta.dirname, '../scenarios', `${name}.ts`);
}
