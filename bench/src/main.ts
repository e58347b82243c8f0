import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type Benchmark,
  complete,
  type Figure,
  json,
  machineInOneLine,
  misses,
  table,
  thisMachine,
} from '@lectern/testbed';
import { BENCHMARKS } from './figures/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, list: { type: 'boolean', default: false } },
});

if (values.list) {
  console.log(BENCHMARKS.map((benchmark) => `${benchmark.name.padEnd(12)} ${benchmark.about}`).join('\n'));
} else {
  process.exitCode = await measure(chosen(positionals));
}

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const known = BENCHMARKS.map((benchmark) => benchmark.name).join(', ');
    console.error(`There is no benchmark called ${unknown.join(', ')}. There are: ${known}.`);
    process.exit(2);
  }
  return names.length === 0 ? BENCHMARKS : BENCHMARKS.filter((benchmark) => names.includes(benchmark.name));
}

async function measure(benchmarks: readonly Benchmark[]): Promise<number> {
  const figures: Figure[] = [];
  let broken = 0;
  for (const benchmark of benchmarks) {
    console.error(`${benchmark.name}: ${benchmark.about}`);
    const measured = await tried(benchmark);
    if (measured === null) broken += 1;
    figures.push(...(measured ?? complete(benchmark.goals, [])));
  }
  const machine = thisMachine();
  console.log(`${machineInOneLine(machine)}\n\n${table(figures)}`);
  if (values.json !== undefined) await writeFile(values.json, json(machine, figures));
  return broken > 0 || figures.some(misses) ? 1 : 0;
}

/** Null when it could not be measured; why is printed. */
async function tried(benchmark: Benchmark): Promise<readonly Figure[] | null> {
  const log = (line: string): void => {
    console.error(`  ${line}`);
  };
  try {
    return complete(benchmark.goals, await benchmark.run(log));
  } catch (error) {
    log(`could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return null;
  }
}
