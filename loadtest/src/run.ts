import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { misses, thisMachine } from '@lectern/testbed';
import type { Asked } from './command-line.ts';
import { brokeIn } from './broke.ts';
import { judgedSoFar, whyBrokenOff } from './broken-off.ts';
import { ClassThere } from './class-there.ts';
import { contributingShare } from './contributing.ts';
import { ControlServer } from './control-server.ts';
import { costRise } from './cost-rise.ts';
import { figuresOf } from './figures.ts';
import { FaultLog } from './fault-log.ts';
import { kneesOf } from './knees.ts';
import { K6, rehearsalOf } from './k6.ts';
import { removeLeftClass } from './left-class.ts';
import { afterTheClass, leftBehind, leftBehindUnread, thereBefore } from './left-behind.ts';
import { versionsOf } from './machine.ts';
import { memoryGrowth } from './memory-growth.ts';
import { notJudged, withoutUntold } from './not-judged.ts';
import { lastLoadTest } from './outcome.ts';
import { checkItFits, plannedInWords, plannedMinutes } from './planned-time.ts';
import { readPoints, type Point } from './points.ts';
import { checkTarget } from './preflight.ts';
import { tellProgress } from './progress.ts';
import type { Run } from './result.ts';
import { scenarioFile } from './scenarios.ts';
import { serverSettings } from './server-settings.ts';
import { ServerSide } from './server-side.ts';
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts';
import { beforeBreak, loadAtTheEnd } from './steps.ts';
import { thresholdsOf, type Thresholds } from './thresholds.ts';
import { unreadIn } from './unread.ts';
import { whyItDoesNotCount } from './verdict.ts';

/** What a part that stays flat may grow by, in percent of its size (docs/decisions/0087). */
const GREW_PERCENT = 10;

const LOOKS_BEFORE = 3;

/** With what a scenario is run. */
interface Means {
  /** k6, with our module built in. */
  readonly binary: string;
  readonly metricsToken: string | undefined;
  readonly interrupted: AbortSignal;
}

/**
 * Runs a scenario from the start of the server to the last sample. Rejects where it cannot be begun, with a UsageError where another server cannot be
 * used, or none takes so long a class, and with the reason of what interrupted it before the class began.
 */
export async function runScenario(asked: Asked, { binary, metricsToken, interrupted }: Means): Promise<Run> {
  if (asked.target !== null) await checkTarget(asked.target, metricsToken);
  const directory = await mkdtemp(join(tmpdir(), 'lectern-loadtest-'));
  try {
    const samples = join(directory, 'samples.json');
    return await withServer(asked, interrupted, (server) =>
      against(server, { asked, binary, metricsToken, interrupted, samples }),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withServer(
  asked: Asked,
  interrupted: AbortSignal,
  run: (server: ServerUnderTest) => Promise<Run>,
): Promise<Run> {
  const server = await serverUnderTest(asked);
  try {
    interrupted.throwIfAborted();
    return await run(server);
  } finally {
    await server.stop();
  }
}

interface Parts extends Means {
  readonly asked: Asked;
  readonly samples: string;
}

async function against(server: ServerUnderTest, parts: Parts): Promise<Run> {
  const { asked, binary, metricsToken, interrupted, samples } = parts;
  const side = new ServerSide(server.origin, asked.target === null ? server.pid : null, metricsToken);
  const before = await metricsBefore(side);
  const faults = new FaultLog(server.breakIt);
  const there = thereBefore(before);
  let notes: Readonly<Record<string, unknown>> = there === null ? {} : { 'On the server before the class': there };
  let present = 0;
  const its = new ClassThere(server.origin);
  const control = await ControlServer.start({
    readServer: async (state) => {
      await its.look();
      return { ...(await side.read(state)), wasRemoved: its.wasRemoved };
    },
    readState: () => side.ofState,
    breakIt: (fault, port, whose) => faults.breakIt(fault, port, whose),
    tellGone: () => {
      its.tellGone();
    },
    tellClass: (made) => {
      its.tell(made);
      if (made !== null) console.log(`Its class, for whoever wants to look at it: ${server.origin}/c/${made.joinCode}`);
    },
    tellPresent: (students) => {
      present = students;
    },
    note: (more) => {
      notes = { ...notes, ...more };
    },
  });
  try {
    const k6 = new K6(binary, {
      LOADTEST_ORIGIN: server.origin,
      LOADTEST_TOKEN: server.token,
      LOADTEST_CONTROL: control.url,
      ...rehearsalOf(asked),
    });
    const scenario = scenarioFile(asked.scenario.name);
    const inspected = await k6.inspect(scenario).catch((error: unknown) => {
      // A terminal ends that, too.
      interrupted.throwIfAborted();
      throw error;
    });
    const thresholds = thresholdsOf(inspected);
    const takesMinutes = plannedMinutes(inspected);
    checkItFits(asked, takesMinutes);
    if (there !== null)
      console.log(
        `On that server there are already ${there}: what stays after this class is counted beside them` +
          (asked.scenario.leavesNothing === true
            ? ', and where some of them stay, too, this run does not count.'
            : '.'),
      );
    console.log(plannedInWords(asked, takesMinutes));
    interrupted.throwIfAborted();
    // A terminal shows k6's own.
    const endProgress = process.stdout.isTTY ? undefined : tellProgress(takesMinutes, () => present);
    const ending = await k6
      .run(scenario, { samples, more: asked.k6, summary: asked.all, interrupted })
      .finally(endProgress);
    const stays = its.made === null || asked.target === null ? null : await removeLeftClass(server, its.made.classId);
    if (stays !== null) notes = { ...notes, 'Class not removed': stays };
    const points = await readPoints(samples);
    const end = server.ended();
    if (end !== null) notes = { ...notes, 'The server’s last lines': end.said };
    const brokenOff = whyBrokenOff({
      ...ending,
      isInterrupted: interrupted.aborted,
      goneSinceMs: side.goneSinceMs,
      serverEndedBy: end?.by ?? null,
      wasRemoved: its.wasRemoved,
    });
    const run = await judge(asked, {
      code: ending.code,
      brokenOff,
      hasServerEnded: end !== null,
      wasRemoved: its.wasRemoved,
      thresholds,
      points,
      faults: faults.all,
      notes,
      before,
      side,
      k6,
    });
    if (run.contributing !== null && side.goneSinceMs === null && end === null) await keepResult(server, run);
    return run;
  } finally {
    control.close();
  }
}

/** What /metrics answers before the class: looked at more than once, since a server that has just begun may be busy. */
async function metricsBefore(side: ServerSide): Promise<string> {
  let told = '';
  for (let look = 0; told === '' && look < LOOKS_BEFORE; look += 1) told = await side.metrics();
  return told;
}

/** What k6 left behind, and whom to ask besides. */
interface Left {
  /** k6's exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly brokenOff: Run['brokenOff'];
  /** By itself, here. */
  readonly hasServerEnded: boolean;
  /** Somebody else removed the class. */
  readonly wasRemoved: boolean;
  readonly thresholds: Thresholds;
  readonly points: readonly Point[];
  readonly faults: Run['faults'];
  readonly notes: Run['notes'];
  /** What /metrics answered before the class. */
  readonly before: string;
  readonly side: ServerSide;
  readonly k6: K6;
}

async function judge(asked: Asked, left: Left): Promise<Run> {
  const { code, brokenOff, thresholds, points, faults, notes, before, side, k6 } = left;
  const { scenario, target } = asked;
  const { leavesNothing = false, memoryFlat = false, costRiseBelow = null, lateMs } = scenario;
  const { goneSinceMs } = side;
  const isGone = goneSinceMs !== null || left.hasServerEnded;
  const after = leavesNothing && !isGone ? await afterTheClass(before, () => side.metrics()) : await side.metrics();
  // The load under which it was broken off was not borne either.
  const borne = beforeBreak(points, brokeIn(notes)?.at ?? (brokenOff === null ? null : loadAtTheEnd(points)));
  const all = [
    ...figuresOf(points, thresholds),
    ...memoryGrowth(points, memoryFlat ? GREW_PERCENT : null),
    ...costRise(borne, costRiseBelow, { ...asked, isBrokenOff: brokenOff !== null }),
    ...kneesOf(points),
    ...leftBehind({ before, after }, leavesNothing),
  ];
  const told = target === null ? all : withoutUntold(all);
  const figures = brokenOff === null ? told : judgedSoFar(told, { server: isGone, byRemoval: left.wasRemoved });
  // What a server said before it went is its own still.
  const said = after === '' ? before : after;
  return {
    ...{ asked, figures, points, faults, notes },
    machine: thisMachine(),
    versions: await versionsOf(await k6.version(), said, target === null),
    settings: serverSettings(said, asked),
    finishedAt: new Date(),
    contributing: contributingShare(goneSinceMs === null ? points : points.filter(({ atMs }) => atMs < goneSinceMs)),
    passed: brokenOff === null && code === 0 && !figures.some(misses),
    brokenOff,
    notJudged: target === null || brokenOff !== null ? [] : notJudged(all),
    doesNotCount: [
      ...whyItDoesNotCount(borne, lateMs),
      // Of one that was broken off that is said already.
      ...(brokenOff === null ? unreadIn(borne) : []),
      ...(leavesNothing && brokenOff === null ? leftBehindUnread({ before, after }) : []),
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
