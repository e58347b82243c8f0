import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { misses, thisMachine } from '@lectern/testbed';
import type { Asked } from './command-line.ts';
import { ControlServer } from './control-server.ts';
import { figuresOf } from './figures.ts';
import { beforeLastStep, kneesOf } from './knees.ts';
import { K6 } from './k6.ts';
import { leftBehind } from './left-behind.ts';
import { versionsOf } from './machine.ts';
import { memoryGrowth } from './memory-growth.ts';
import { lastLoadTest } from './outcome.ts';
import { readPoints, type Point } from './points.ts';
import type { Run } from './result.ts';
import { scenarioFile } from './scenarios.ts';
import { ServerSide } from './server-side.ts';
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts';
import { thresholdsOf } from './thresholds.ts';
import { whyItDoesNotCount } from './verdict.ts';

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
  const side = new ServerSide(server.origin, server.pid, metricsToken);
  let notes: Readonly<Record<string, unknown>> = {};
  const control = await ControlServer.start({
    readServer: () => side.read(),
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
    });
    const scenario = scenarioFile(asked.scenario.name);
    const thresholds = thresholdsOf(await k6.inspect(scenario));
    const code = await k6.run(scenario, samples, asked.k6);
    const points = await readPoints(samples);
    const after = await side.metrics();
    const figures = [
      ...figuresOf(points, thresholds),
      ...memoryGrowth(points, asked.scenario.memoryGrowthBelow ?? null),
      ...kneesOf(points),
      ...leftBehind(after, asked.scenario.leavesNothing === true),
    ];
    const run: Run = {
      ...{ asked, figures, points, notes },
      machine: thisMachine(),
      versions: await versionsOf(await k6.version(), after, asked.target === null),
      finishedAt: new Date(),
      contributing: contributingShare(points),
      passed: code === 0 && !figures.some(misses),
      doesNotCount: whyItDoesNotCount(beforeLastStep(points), asked.scenario.lateMs),
    };
    if (run.contributing !== null) await keepResult(server, run);
    return run;
  } finally {
    control.close();
  }
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

/** When most were in. */
function contributingShare(points: readonly Point[]): number | null {
  const most = (metric: string): number =>
    points.reduce((top, point) => (point.metric === metric ? Math.max(top, point.value) : top), 0);
  const present = most('lectern_students_present');
  return present === 0 ? null : most('lectern_contributors') / present;
}
