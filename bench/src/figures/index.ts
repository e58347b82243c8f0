import type { Benchmark } from '../figure.ts';
import { attention } from './attention.ts';
import { bundle } from './bundle.ts';
import { idle } from './idle.ts';
import { memory } from './memory.ts';
import { start } from './start.ts';

/** Every benchmark, in the order in which `npm run bench` runs them. */
export const BENCHMARKS: readonly Benchmark[] = [start, bundle, idle, memory, attention];
