import { writeFile } from 'node:fs/promises';
import {
  type Benchmark,
  checkWritable,
  complete,
  type Figure,
  json,
  machineInOneLine,
  misses,
  optionsInWords,
  readOptions,
  table,
  thisMachine,
  UsageError,
} from '@lectern/testbed';
import { BENCHMARKS } from './figures/index.ts';

const OPTIONS = {
  json: { value: 'FILE', about: 'writes the figures for programs' },
  quick: { about: 'measures less where all of it takes very long (attention: 300 windows instead of 3,000)' },
  list: { about: 'only says which benchmarks there are' },
  help: { about: 'only says this' },
} as const;

/** How the command ends. */
const EXIT = { passed: 0, short: 1, usage: 2 } as const;

const LIST = BENCHMARKS.map(({ name, about, whenNamed }) => {
  const unasked = whenNamed === undefined ? '' : ` (only when named: ${whenNamed})`;
  return `  ${name.padEnd(14)} ${about}${unasked}`;
}).join('\n');
const HELP = `npm run bench -- [BENCHMARK ...] [OPTIONS]

Without a name it runs all of them, one after the other, but for those that take very long.

${optionsInWords(OPTIONS)}

How it ends (exit code)
  ${EXIT.passed}  every goal is met
  ${EXIT.short}  a goal is missed, or a benchmark could not be measured
  ${EXIT.usage}  the command line cannot be understood

Benchmarks
${LIST}`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { given, names } = readOptions(args, OPTIONS);
    const benchmarks = chosen(names);
    if (given.json !== undefined) checkWritable(given.json);
    if (given.help === undefined && given.list === undefined) {
      return await measure(benchmarks, given.quick !== undefined, given.json);
    }
    console.log(given.help === undefined ? LIST : HELP);
    return EXIT.passed;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return EXIT.usage;
  }
}

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const known = BENCHMARKS.map((benchmark) => benchmark.name).join(', ');
    throw new UsageError(`There is no benchmark called ${unknown.join(', ')}. There are: ${known}.`);
  }
  if (names.length > 0) return BENCHMARKS.filter((benchmark) => names.includes(benchmark.name));
  return BENCHMARKS.filter(({ whenNamed }) => whenNamed === undefined);
}

async function measure(benchmarks: readonly Benchmark[], quick: boolean, file: string | undefined): Promise<number> {
  const figures: Figure[] = [];
  let broken = 0;
  for (const benchmark of benchmarks) {
    console.error(`${benchmark.name}: ${benchmark.about}`);
    const measured = await tried(benchmark, quick);
    if (measured === null) broken += 1;
    figures.push(...(measured ?? complete(benchmark.goals, [])));
  }
  const machine = thisMachine();
  console.log(`${machineInOneLine(machine)}\n\n${table(figures)}`);
  if (file !== undefined) await writeFile(file, json(machine, figures));
  return broken > 0 || figures.some(misses) ? EXIT.short : EXIT.passed;
}

/** Null when it could not be measured; why is printed. */
async function tried(benchmark: Benchmark, quick: boolean): Promise<readonly Figure[] | null> {
  const log = (line: string): void => {
    console.error(`  ${line}`);
  };
  try {
    return complete(benchmark.goals, await benchmark.run(log, { quick }));
  } catch (error) {
    log(`could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return null;
  }
}
