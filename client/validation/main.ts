import { availableParallelism } from 'node:os';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { ASSUMED_VIEW_DEG } from '../src/attention/worker/face-reading.ts';
import { measure } from './measure/measure.ts';
import { BASELINES } from './measure/recorded.ts';
import { score } from './score/score.ts';
import { UsageError } from './usage-error.ts';

/** How the command ends. */
const EXIT = { good: 0, usage: 2, unreadable: 3, interrupted: 130 } as const;
/** More than that and Chromium's own processes are in the way. */
const MAX_WORKERS = 8;

const HELP = `npm run attention -- PATH... [OPTIONS]
npm run attention -- score TRUTH.csv ROWS... [OPTIONS]

Measures pictures, folders of them and videos with the code that runs on students' devices, one row for each frame and each window of
five seconds; and compares such rows with what was true. Nothing leaves this machine. docs/validation.md tells every column and figure.

Measuring
  --out FILE.jsonl     the rows as JSON, one a line; without --out they go to the standard output
  --out FILE.csv       the frames as CSV, and the windows in FILE.windows.csv
  --sequence FPS       the pictures of each folder are one recording with so many frames a second, in the order of their names
  --fps N              looks at no more than N frames a second of a video; without it at all of them
  --baseline ${BASELINES.join('|')}   whether windows are scored with the personal baseline that grows in the recording itself (${BASELINES[0]}), as on a
                       student's device, or without one
  --fov DEGREES        your camera's field of view along the longer side of its pictures, where you know it: angles in camera coordinates
                       follow from it. Without it they are as the product assumes (${ASSUMED_VIEW_DEG})
  --workers N          how many recordings are measured at once (${workersByDefault()} here)

Scoring
  --json FILE          the figures for programs
  --bootstrap N        how many resamples of the subjects make an interval (1000)
  --seed N             another draw of them (1)

How it ends (exit code)
  ${EXIT.good}  everything was read
  ${EXIT.usage}  the command line or a file that it names cannot be used as it is
  ${EXIT.unreadable}  something could not be read; the rows of everything else are there
  ${EXIT.interrupted}  broken off (Ctrl+C); the rows that were written are whole
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    if (args.length === 0 || args.includes('--help')) {
      (args.length === 0 ? process.stderr : process.stdout).write(HELP);
      return args.length === 0 ? EXIT.usage : EXIT.good;
    }
    if (args[0] === 'score') return await runScore(args.slice(1));
    return await runMeasure(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
}

async function runMeasure(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args, {
    out: { type: 'string' },
    sequence: { type: 'string' },
    fps: { type: 'string' },
    baseline: { type: 'string' },
    fov: { type: 'string' },
    workers: { type: 'string' },
  });
  if (positionals.length === 0) throw new UsageError('Name what is to be measured: pictures, folders or videos.');
  const baseline = BASELINES.find((known) => known === (values['baseline'] ?? BASELINES[0]));
  if (baseline === undefined) throw new UsageError(`--baseline is one of ${BASELINES.join(', ')}.`);
  const ending = await measure({
    paths: positionals,
    out: values['out'] ?? null,
    baseline,
    sequenceRate: rate('--sequence', values['sequence']),
    videoRate: rate('--fps', values['fps']),
    viewDeg: view(values['fov']),
    workers: count('--workers', values['workers']) ?? workersByDefault(),
  });
  return ending === 'whole' ? EXIT.good : EXIT[ending];
}

async function runScore(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args, {
    json: { type: 'string' },
    bootstrap: { type: 'string' },
    seed: { type: 'string' },
  });
  const [truth, ...rows] = positionals;
  if (truth === undefined || rows.length === 0) {
    throw new UsageError('Name the file with the truth, then those with the rows: score TRUTH.csv ROWS.jsonl');
  }
  await score({
    truth,
    rows,
    json: values['json'] ?? null,
    resamples: count('--bootstrap', values['bootstrap']) ?? 1000,
    seed: count('--seed', values['seed']) ?? 1,
  });
  return EXIT.good;
}

function read(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
): { values: Readonly<Record<string, string | undefined>>; positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Record<string, string | undefined>, positionals };
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\nnpm run attention -- --help says what there is.`,
    );
  }
}

function rate(name: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  const value = Number(given);
  if (!(value > 0 && value <= 1000))
    throw new UsageError(`${name} ${given}: frames a second are a number above 0, 25 or 29.97 say.`);
  return value;
}

function view(given: string | undefined): number | null {
  if (given === undefined) return null;
  const degrees = Number(given);
  if (degrees >= 10 && degrees <= 150) return degrees;
  throw new UsageError(`--fov ${given}: a field of view is a number of degrees from 10 to 150.`);
}

function count(name: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new UsageError(`${name} ${given}: give a whole number, 1 or more.`);
  return Number(given);
}

function workersByDefault(): number {
  return Math.min(MAX_WORKERS, availableParallelism());
}
