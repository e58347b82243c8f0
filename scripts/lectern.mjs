// What every npm script enters. It runs on Node 20, makes sure of packages and of a Node that runs TypeScript, and hands over
// to main.ts.
import { join } from 'node:path';
import { ROOT } from './bootstrap/cache.mjs';
import { ensureDependencies } from './bootstrap/dependencies.mjs';
import { handOver } from './bootstrap/hand-over.mjs';
import { ensureRuntime } from './bootstrap/runtime.mjs';
import { SetUpError } from './bootstrap/step.mjs';

/** As loadtest/src/exit.ts has it. */
const FAULT_OF_LOAD_TEST = 4;

const args = process.argv.slice(2);
try {
  await ensureDependencies(ROOT);
  const runtime = await ensureRuntime();
  if (runtime === process.execPath) {
    const { main } = await import('./main.ts');
    process.exitCode = await main(args);
  } else {
    process.exitCode = await handOver(runtime, [join(ROOT, 'scripts/lectern.mjs'), ...args]);
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  // Of a load test that would say that a goal is missed.
  process.exitCode = args[0] === 'loadtest' ? FAULT_OF_LOAD_TEST : 1;
}
