import { resolve } from 'node:path';
import { checkWritable, optionsInWords, readOptions, UsageError } from '@lectern/testbed';
import { EXIT } from './exit.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** What is asked for on the command line. */
export interface Asked {
  readonly scenario: Scenario;
  readonly participants: number;
  readonly minutes: number;
  /** Share of the students who send scores, in 0..1. */
  readonly contribute: number;
  /** Of the largest pictures of the teacher's camera, in kbit/s; null: the scenario shows none. */
  readonly cameraKbps: number | null;
  /** A server that runs already; null: one of its own. */
  readonly target: { readonly origin: string; readonly token: string } | null;
  readonly json: string | null;
  readonly report: string | null;
  /** Whether every figure is printed, and k6's own summary; else those with a goal. */
  readonly all: boolean;
  /** What stands after `--`, for k6. */
  readonly k6: readonly string[];
}

/** Of one class, once everybody is in. */
export const MOST_MINUTES = 200;
const LEAST_MINUTES = 0.05;
const MOST_PARTICIPANTS = 20_000;
/** Everybody is asked, and many say no. */
const CONTRIBUTE_PERCENT = 50;
/** Fewer leave no picture of the smallest of three sizes; more no camera of the product sends. */
const [LEAST_CAMERA_KBPS, MOST_CAMERA_KBPS] = [100, 4_000];

const WITH_CAMERA = SCENARIOS.flatMap(({ name, cameraKbps }) =>
  cameraKbps === undefined ? [] : [{ name, cameraKbps }],
);

const OPTIONS = {
  participants: { value: 'N', about: `students: 1 to ${MOST_PARTICIPANTS}` },
  minutes: { value: 'M', about: `how long they stay once they are in: ${LEAST_MINUTES} to ${MOST_MINUTES}` },
  contribute: {
    value: 'PERCENT',
    about: `of the students who send scores: 1 to 100, ${CONTRIBUTE_PERCENT} unless told otherwise`,
  },
  camera: {
    value: 'KBITS',
    about: `kbit/s of the camera's largest picture: ${LEAST_CAMERA_KBPS} to ${MOST_CAMERA_KBPS}; 1500 is a camera of 720 lines (${WITH_CAMERA.map(({ name, cameraKbps }) => `${name}: ${cameraKbps} unless told otherwise`).join(', ')})`,
  },
  target: { value: 'URL', about: 'a server that runs already, in place of one of its own' },
  token: { value: 'T', about: 'what that server has as LECTERN_LOAD_TOKEN; may stand here in the same variable' },
  json: { value: 'FILE', about: 'writes the figures for programs' },
  report: { value: 'FILE.html', about: 'writes one page: outcome, machine, figures against goals, plots' },
  all: { about: "prints every figure, and k6's own summary; else those with a goal" },
  list: { about: 'only says which scenarios there are, what they are set to, and how long each takes' },
  help: { about: 'only says this' },
} as const;

const SEE_HELP = 'npm run loadtest -- --help says what there is.';

/** What the command takes, and how it ends. */
export const HELP = `npm run loadtest -- SCENARIO [OPTIONS] [-- ARGUMENTS OF K6]

${optionsInWords(OPTIONS)}

How it ends (exit code)
  ${EXIT.passed}  every goal is met
  ${EXIT.short}  a goal is missed, something that a goal is about could not be measured, or the run was broken off
  ${EXIT.usage}  the command line cannot be understood, or the server of --target cannot be used
  ${EXIT.doesNotCount}  the run does not count: the generator was late, say, or the server left something out
  ${EXIT.fault}  the load test itself could not go on: the set-up failed, say, or a server of its own did not start`;

/** What the command is asked only to say; null where it is to run something. What stands after `--` is k6's. */
export function onlySays(args: readonly string[]): 'help' | 'list' | null {
  const { ours } = parted(args);
  if (ours.includes('--help')) return 'help';
  return ours.includes('--list') ? 'list' : null;
}

/** Throws a UsageError. `tokenInEnvironment` is LECTERN_LOAD_TOKEN, which no list of processes shows. */
export function readCommandLine(args: readonly string[], tokenInEnvironment?: string): Asked {
  const { ours, k6 } = parted(args);
  const { given, names } = readOptions(ours, OPTIONS);
  const scenario = SCENARIOS.find(({ name }) => name === names[0]);
  if (scenario === undefined || names.length > 1) {
    const unknown = names.length === 1 ? `There is no scenario ${String(names[0])}. ` : '';
    const all = SCENARIOS.map(({ name }) => name).join(', ');
    throw new UsageError(`${unknown}Name one scenario. There are: ${all}.\n${SEE_HELP}`);
  }
  if (given.target !== undefined && scenario.hurtsServer === true) {
    throw new UsageError(
      `${scenario.name} kills or stops processes of the server: only on one of the load test's own, without --target.`,
    );
  }
  const { json, report } = given;
  for (const file of [json, report]) if (file !== undefined) checkWritable(file);
  if (json !== undefined && report !== undefined && resolve(json) === resolve(report)) {
    throw new UsageError(`--json and --report both name ${json}: the second would replace the first.`);
  }
  const participants = wholeNumber('--participants', given.participants, 1, MOST_PARTICIPANTS) ?? scenario.participants;
  return {
    scenario,
    participants,
    minutes: number('--minutes', given.minutes, LEAST_MINUTES, MOST_MINUTES) ?? scenario.minutes,
    contribute: contributing(number('--contribute', given.contribute, 1, 100) ?? CONTRIBUTE_PERCENT, participants),
    cameraKbps: camera(given.camera, scenario),
    target: target(given.target, given.token ?? tokenInEnvironment),
    json: json ?? null,
    report: report ?? null,
    all: given.all ?? false,
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

function parted(args: readonly string[]): { readonly ours: readonly string[]; readonly k6: readonly string[] } {
  const end = args.indexOf('--');
  return end === -1 ? { ours: args, k6: [] } : { ours: args.slice(0, end), k6: args.slice(end + 1) };
}

function camera(text: string | undefined, { name, cameraKbps }: Scenario): number | null {
  if (text !== undefined && cameraKbps === undefined) {
    throw new UsageError(
      `--camera: ${name} shows no camera. Take ${WITH_CAMERA.map((each) => each.name).join(', ')}, or leave it out.`,
    );
  }
  return wholeNumber('--camera', text, LEAST_CAMERA_KBPS, MOST_CAMERA_KBPS) ?? cameraKbps ?? null;
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
