import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** What is asked for on the command line. */
export interface Asked {
  readonly scenario: Scenario;
  readonly participants: number;
  readonly minutes: number;
  /** Share of the students who send scores, in 0..1. */
  readonly contribute: number;
  /** A server that runs already; null: one of its own. */
  readonly target: { readonly origin: string; readonly token: string } | null;
  readonly json: string | null;
  readonly report: string | null;
  /** Whether every figure is printed, and k6's own summary; else those with a goal. */
  readonly all: boolean;
  /** What stands after `--`, for k6. */
  readonly k6: readonly string[];
}

/** Something on the command line cannot be done; the message says what can. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const USAGE =
  'npm run loadtest -- SCENARIO [--participants N] [--minutes M] [--contribute PERCENT] [--target URL --token T] [--json FILE] [--report FILE.html] [--all] [-- ARGUMENTS OF K6]';

/** Of one class, once everybody is in. */
export const MOST_MINUTES = 200;
/** Everybody is asked, and many say no. */
const CONTRIBUTE_PERCENT = 50;

const OPTIONS = {
  participants: { type: 'string' },
  minutes: { type: 'string' },
  contribute: { type: 'string' },
  target: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'string' },
  report: { type: 'string' },
  all: { type: 'boolean' },
} as const;

/** Throws a UsageError. `tokenInEnvironment` is LECTERN_LOAD_TOKEN, which no list of processes shows. */
export function readCommandLine(args: readonly string[], tokenInEnvironment?: string): Asked {
  const end = args.indexOf('--');
  const [ours, k6] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const { values, positionals } = parsed(ours);
  const scenario = SCENARIOS.find(({ name }) => name === positionals[0]);
  if (scenario === undefined || positionals.length > 1) {
    throw new UsageError(`Name one scenario. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.\n${USAGE}`);
  }
  if (values.target !== undefined && scenario.hurtsServer === true) {
    throw new UsageError(
      `${scenario.name} kills or stops processes of the server: only on one of the load test's own, without --target.`,
    );
  }
  const { json, report } = values;
  for (const file of [json, report]) if (file !== undefined) checkWritable(file);
  if (json !== undefined && report !== undefined && resolve(json) === resolve(report)) {
    throw new UsageError(`--json and --report both name ${json}: the second would replace the first.`);
  }
  const participants = wholeNumber('--participants', values.participants, 1, 20_000) ?? scenario.participants;
  return {
    scenario,
    participants,
    minutes: number('--minutes', values.minutes, 0.05, MOST_MINUTES) ?? scenario.minutes,
    contribute: contributing(number('--contribute', values.contribute, 1, 100) ?? CONTRIBUTE_PERCENT, participants),
    target: target(values.target, values.token ?? tokenInEnvironment),
    json: json ?? null,
    report: report ?? null,
    all: values.all ?? false,
    k6,
  };
}

/** As a share in 0..1. Of a class in which nobody contributes nothing of the scores could be judged. */
function contributing(percent: number, participants: number): number {
  if (percent * participants >= 100) return percent / 100;
  throw new UsageError(
    `--contribute ${percent} with --participants ${participants} is nobody: give ${Math.ceil(100 / participants)} or more.`,
  );
}

/** A run of ten minutes would be lost. */
function checkWritable(file: string): void {
  if (isWritable(file)) return;
  throw new UsageError(`${file} cannot be written. Name a file in a folder that exists and is yours to write in.`);
}

function isWritable(file: string): boolean {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known?.isDirectory() === true) return false;
  try {
    accessSync(known === undefined ? dirname(resolve(file)) : file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

function target(url: string | undefined, token: string | undefined): Asked['target'] {
  if (url === undefined) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--target ${url} is no address of a server, such as https://class.example.org.`);
  }
  if (token === undefined || token === '') {
    throw new UsageError('--target needs --token (or LECTERN_LOAD_TOKEN): what that server has as LECTERN_LOAD_TOKEN.');
  }
  return { origin: new URL(url).origin, token };
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number | null {
  const value = number(name, text, least, most);
  if (value !== null && !Number.isInteger(value)) throw new UsageError(`${name} takes a whole number.`);
  return value;
}

function number(name: string, text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`${name} ${text}: a number from ${least} to ${most} is needed.`);
}
