import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { misses, thisMachine } from '@lectern/testbed';
import type { Asked } from './command-line.ts';
import { brokeIn } from './broke.ts';
import { contributingShare } from './contributing.ts';
import { ControlServer } from './control-server.ts';
import { costRise } from './cost-rise.ts';
import { figuresOf } from './figures.ts';
import { kneesOf } from './knees.ts';
import { K6 } from './k6.ts';
import { afterTheClass, leftBehind, leftBehindUnread } from './left-behind.ts';
import { versionsOf } from './machine.ts';
import { memoryGrowth } from './memory-growth.ts';
import { notJudged, withoutUntold } from './not-judged.ts';
import { lastLoadTest } from './outcome.ts';
import { readPoints, type Point } from './points.ts';
import type { Run } from './result.ts';
import { scenarioFile } from './scenarios.ts';
import { serverSettings } from './server-settings.ts';
import { ServerSide } from './server-side.ts';
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts';
import { beforeBreak } from './steps.ts';
import { thresholdsOf, type Thresholds } from './thresholds.ts';
import { unreadIn } from './unread.ts';
import { whyItDoesNotCount } from './verdict.ts';

/** What a part that stays flat may grow by, in percent of its size (docs/decisions/0087). */
const GREW_PERCENT = 10;

/** How k6 ends after a whole run that missed a threshold. */
const THRESHOLDS_MISSED = 99;

/** Runs a scenario from the start of the server to the last sample. Rejects where it cannot be begun. */
export async function runScenario(asked: Asked, binary: string, metricsToken: string | undefined): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-loadtest-'));
  const server = await serverUnderTest(asked);
  try {
    return await against(server, { asked, binary, metricsToken, samples: join(directory, 'samples.json') });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Parts {
  readonly asked: Asked;
  readonly binary: string;
  readonly metricsToken: string | undefined;
  readonly samples: string;
}

async function against(server: ServerUnderTest, { asked, binary, metricsToken, samples }: Parts): Promise<Run> {
  const side = new ServerSide(server.origin, asked.target === null ? server.pid : null, metricsToken);
  let notes: Readonly<Record<string, unknown>> = {};
  const control = await ControlServer.start({
    readServer: (state) => side.read(state),
    readState: () => side.ofState,
    breakIt: server.breakIt,
    note: (more) => {
      notes = { ...notes, ...more };
    },
  });
  try {
    const k6 = new K6(binary, {
      LOADTEST_ORIGIN: server.origin,
      LOADTEST_TOKEN: server.token,
      LOADTEST_CONTROL: control.url,
      LOADTEST_PARTICIPANTS: String(asked.participants),
      LOADTEST_MINUTES: String(asked.minutes),
      LOADTEST_CONTRIBUTE: String(asked.contribute),
    });
    const scenario = scenarioFile(asked.scenario.name);
    const thresholds = thresholdsOf(await k6.inspect(scenario));
    const code = await k6.run(scenario, samples, asked.k6);
    const run = await judge(asked, { code, thresholds, points: await readPoints(samples), notes, side, k6 });
    if (run.contributing !== null) await keepResult(server, run);
    return run;
  } finally {
    control.close();
  }
}

/** What k6 left behind, and whom to ask besides. */
interface Left {
  /** k6's exit code. */
  readonly code: number;
  readonly thresholds: Thresholds;
  readonly points: readonly Point[];
  readonly notes: Run['notes'];
  readonly side: ServerSide;
  readonly k6: K6;
}

async function judge(asked: Asked, { code, thresholds, points, notes, side, k6 }: Left): Promise<Run> {
  const { scenario, target } = asked;
  const { leavesNothing = false, memoryFlat = false, costRiseBelow = null, lateMs } = scenario;
  const after = leavesNothing ? await afterTheClass(() => side.metrics()) : await side.metrics();
  const borne = beforeBreak(points, brokeIn(notes)?.at ?? null);
  const all = [
    ...figuresOf(points, thresholds),
    ...memoryGrowth(points, memoryFlat ? GREW_PERCENT : null),
    ...costRise(borne, costRiseBelow, asked),
    ...kneesOf(points),
    ...leftBehind(after, leavesNothing),
  ];
  const figures = target === null ? all : withoutUntold(all);
  return {
    ...{ asked, figures, points, notes },
    machine: thisMachine(),
    versions: await versionsOf(await k6.version(), after, target === null),
    settings: serverSettings(after, asked.participants),
    finishedAt: new Date(),
    contributing: contributingShare(points),
    passed: code === 0 && !figures.some(misses),
    brokenOff: code !== 0 && code !== THRESHOLDS_MISSED,
    notJudged: target === null ? [] : notJudged(all),
    doesNotCount: [
      ...whyItDoesNotCount(borne, lateMs),
      ...unreadIn(borne),
      ...(leavesNothing ? leftBehindUnread(after) : []),
    ],
  };
}

/** The operator's page shows it. A server that does not take it keeps nobody from reading it here. */
async function keepResult({ origin, token }: ServerUnderTest, run: Run): Promise<void> {
  try {
    const answer = await fetch(`${origin}/api/load-tests/last`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(lastLoadTest(run)),
    });
    if (!answer.ok) console.error(`The server keeps no result: ${answer.status} ${await answer.text()}`);
  } catch (error) {
    console.error(`The server keeps no result: ${String(error)}`);
  }
}
