import type { Benchmark } from '@lectern/testbed';
import { attention, attentionCost } from './attention.ts';
import { attentionHour } from './attention-hour.ts';
import { bundle } from './bundle.ts';
import { fanout } from './fanout.ts';
import { firstScore } from './first-score.ts';
import { generator } from './generator.ts';
import { idle } from './idle.ts';
import { join } from './join.ts';
import { memory } from './memory.ts';
import { memorySlope } from './memory-slope.ts';
import { pacing } from './pacing.ts';
import { start } from './start.ts';

/** Every benchmark, in the order in which `npm run bench` runs those that it runs unasked. */
export const BENCHMARKS: readonly Benchmark[] = [
  start,
  bundle,
  join,
  idle,
  memory,
  pacing,
  attention,
  attentionCost,
  attentionHour,
  firstScore,
  fanout,
  memorySlope,
  generator,
];
