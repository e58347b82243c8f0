import { resolve } from 'node:path';
import type { Figure, Goal } from '@lectern/testbed';
import { printedBy } from '../printed-by.ts';
import { firstScore } from './first-score.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../client/lab/measure.ts');

/** What `client/lab/measure.ts` says of one way of power. */
interface Run {
  readonly framesPerSecond: number;
  readonly visionP50Ms: number;
  readonly visionP95Ms: number;
  readonly scoreMs: number;
  readonly windowEndToScoreP95Ms: number;
  /** Shares of one core: of the worker's thread, and of all of the browser, its camera and its graphics included. */
  readonly workerShare: number;
  readonly browserShare: number;
  readonly memoryMb: number;
}

interface Measured {
  readonly mains: Run;
  readonly battery: Run;
  readonly downloads: {
    readonly totalBrotliBytes: number;
    readonly files: readonly { readonly role: string; readonly brotliBytes: number }[];
  };
}

const VISION_P50 = { name: 'vision per frame p50', unit: 'ms', goal: 25 };
const VISION_P95 = { name: 'vision per frame p95', unit: 'ms', goal: 40 };
const SCORE = { name: 'score per window', unit: 'ms', goal: 5 };
const WINDOW_END = { name: 'end of a window to its score p95', unit: 'ms', goal: 250 };
const MAINS = { name: 'measuring on mains', unit: '% of a core', goal: 25 };
const BATTERY = { name: 'measuring on battery', unit: '% of a core', goal: 10 };
const MEMORY = { name: 'memory of measuring', unit: 'MB', goal: 250 };
const DOWNLOAD = { name: 'attention download', unit: 'MB', goal: 8.5 };

/** What measuring costs a student's device; the goals of `measureCost`. */
export const COST_GOALS: readonly Goal[] = [
  VISION_P50,
  VISION_P95,
  SCORE,
  WINDOW_END,
  MAINS,
  BATTERY,
  MEMORY,
  DOWNLOAD,
  ...firstScore.goals,
];

/** The shipped worker in Chromium, its camera playing a rendered clip; then the first score in the whole product. */
export async function measureCost(log: (line: string) => void): Promise<readonly Figure[]> {
  const { mains, battery, downloads } = JSON.parse(await printedBy(PROGRAM, [], log)) as Measured;
  return [
    { ...VISION_P50, value: mains.visionP50Ms, note: `rendered clip, ${perSecond(mains)}` },
    { ...VISION_P95, value: mains.visionP95Ms, note: 'the same: of each window, and of those the median' },
    { ...SCORE, value: mains.scoreMs, note: 'ONNX Runtime, one thread, median' },
    { ...WINDOW_END, value: mains.windowEndToScoreP95Ms, note: 'in the worker' },
    { ...MAINS, value: mains.workerShare * 100, note: shareNote(mains) },
    { ...BATTERY, value: battery.workerShare * 100, note: shareNote(battery) },
    {
      ...MEMORY,
      value: mains.memoryMb,
      note: 'more than with the camera alone: unshared pages of the page’s processes and of graphics',
    },
    {
      ...DOWNLOAD,
      value: downloads.totalBrotliBytes / 1e6,
      note: `brotli: ${downloads.files.map(({ role, brotliBytes }) => `${role} ${(brotliBytes / 1e6).toFixed(2)}`).join(', ')}`,
    },
    ...(await firstScore.run(log)),
  ];
}

function shareNote(run: Run): string {
  const all = (run.browserShare * 100).toFixed(1);
  return `the worker’s thread, ${perSecond(run)}; all of the browser, camera and software graphics with it ${all} %`;
}

function perSecond({ framesPerSecond }: Run): string {
  return `${framesPerSecond.toFixed(1)} frames a second looked at`;
}
