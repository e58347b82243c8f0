import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinCardSchema, PROTOCOL_VERSION } from '@lectern/contracts';
import { below, Product, runningProcesses, School } from '@lectern/testbed';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { metricValue } from './exposition.ts';
import { K6, rehearsalOf } from './k6.ts';
import { plannedMinutes } from './planned-time.ts';
import { checkProtocol } from './preflight.ts';
import { scenarioFile, SCENARIOS } from './scenarios.ts';

/** The small versions of what operators run, with the real generator and a server of its own. */
const PROGRAM = join(import.meta.dirname, 'main.ts');
const RUN_MS = 240_000;

interface Result {
  readonly figures: readonly { readonly name: string; readonly value: number | null; readonly pass: boolean }[];
  readonly run: {
    readonly passed: boolean;
    readonly brokenOff: string | null;
    readonly counted: boolean;
    readonly doesNotCount: readonly string[];
    readonly notes: {
      readonly broke?: { readonly at: number; readonly by: string } | null;
      readonly worst?: { readonly name: string };
      readonly worstUnruly?: { readonly name: string };
    };
  };
}

const runSmall = (...args: readonly string[]) => runWith({}, args);

/** What a server tells of itself; to this machine without a token, unless one is set. */
async function toldBy(origin: string, metric: string, headers: Readonly<Record<string, string>> = {}) {
  return metricValue(await (await fetch(`${origin}/metrics`, { headers })).text(), metric);
}

/** What happens while it runs; what it prints so far is asked for anew each time. */
type Meanwhile = (loadTest: ChildProcess, printed: () => string) => Promise<void>;

async function runWith(environment: Readonly<Record<string, string>>, args: readonly string[], meanwhile?: Meanwhile) {
  if (process.env['LOADTEST_K6'] === undefined) throw new Error('start with npm test, which builds the load generator');
  const directory = await mkdtemp(join(tmpdir(), 'lectern-scenario-'));
  try {
    return await runIn(directory, environment, args, meanwhile);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What the command prints, and its exit code. */
async function command(environment: Readonly<Record<string, string>>, args: readonly string[], meanwhile?: Meanwhile) {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
    // It may be interrupted as by a terminal, with all of its group.
    detached: meanwhile !== undefined,
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  try {
    await meanwhile?.(child, () => output);
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
  const [code] = (await closed) as [number | null];
  return { code, output };
}

async function runIn(
  directory: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  meanwhile?: Meanwhile,
) {
  const [json, report] = [join(directory, 'result.json'), join(directory, 'report.html')];
  const { code, output } = await command(environment, [...args, '--json', json, '--report', report], meanwhile);
  const written = await readFile(json, 'utf8').catch(() => {
    throw new Error(output);
  });
  const result = JSON.parse(written) as Result;
  const figure = (name: string): number | null => result.figures.find((each) => each.name === name)?.value ?? null;
  return { code, output, result, figure, page: await readFile(report, 'utf8') };
}

describe('a load test', { timeout: RUN_MS }, () => {
  it('smoke: meets its goals, or says that the run does not count', async () => {
    const { code, output, result, figure, page } = await runSmall('smoke');
    // A machine that is busy with something else makes the generator late: that is told, and no fault of ours.
    expect(result.run.passed || !result.run.counted, output).toBe(true);
    expect(code).toBe(result.run.counted ? 0 : 3);
    expect(output).toContain(result.run.counted ? 'Every goal is met.' : 'This run does not count: ');
    expect(figure('students present, most')).toBe(40);
    expect(figure('students that contribute, most')).toBe(20);
    expect(figure('windows stored')).toBeGreaterThan(0);
    expect(figure('scores missing, of those that contributors owe'), output).toBeLessThan(10);
    expect(figure('scenario: the students’ part broke off')).toBe(0);
    expect(figure('server: CPU once all are in')).toBeGreaterThan(0);
    expect(page).toContain('<title>Load test smoke</title>');
    // What has no goal stands in the files, and in the terminal where it is asked for.
    expect(output).toMatch(/^smoke: 40 people; takes about 1 minute$/m);
    expect(output).toMatch(/^sound lost .* (?:pass|SHORT) /m);
    expect(output).toMatch(/^\d+ more figures have no goal: --all prints them/m);
    expect(figure('packets of sound')).toBeGreaterThan(0);
    expect(output).not.toMatch(/^packets of sound +\d/m);
    // Neither is k6's own summary.
    expect(output).not.toContain('lectern_students_present');
  });

  it('that is interrupted as by Ctrl-C says so first, and nothing of a server of its own that ends with it', async () => {
    const { code, output, result } = await runWith({}, ['smoke', '--minutes', '2'], async (loadTest, printed) => {
      await expect.poll(printed, { timeout: 120_000 }).toContain('takes about');
      process.kill(-loadTest.pid!, 'SIGINT');
    });
    expect(code, output).toBe(1);
    expect(output).toMatch(/takes about 3 minutes\n(?:Its class.*\n)?\nInterrupted: it ends in order now/);
    expect(output).toMatch(
      /^Interrupted: (?:the figures tell of the part before that|nobody was in the class by then)/m,
    );
    expect(output).not.toMatch(/Request Failed|keeps no result|Class not removed|does not count/);
    expect(result.run).toMatchObject({ passed: false, brokenOff: 'Interrupted' });
  });

  it('whose own server dies by itself says so, with its last lines, and passes nothing', async () => {
    const args = ['smoke', '--participants', '5', '--minutes', '2'];
    const { code, output, figure } = await runWith({}, args, async (loadTest, printed) => {
      const origin = () => /^Its class, .* (\S+)\/c\/\S+$/m.exec(printed())?.[1] ?? 'not told yet';
      // By then all are in for two windows, and their seconds are counted.
      const received = () => toldBy(origin(), 'lectern_datagrams_received_total');
      await expect.poll(received, { timeout: 120_000 }).toBeGreaterThan(5);
      const started = below([loadTest.pid!], await runningProcesses());
      process.kill(started.find(({ command: line }) => line.endsWith('server/src/main.ts'))!.pid, 'SIGKILL');
    });
    expect(code, output).toBe(1);
    expect(figure('students present, most')).toBe(5);
    expect(output).toMatch(/^\d+ more figures have no goal, or could not be judged any more: /m);
    expect(output).toMatch(/^The server ended by itself \(SIGKILL\): /m);
    expect(output).toMatch(/^The server’s last lines: /m);
    expect(output).not.toMatch(/Class not removed|keeps no result| pass /);
  });

  const planned = async (...args: readonly string[]): Promise<number> => {
    const asked = readCommandLine(args);
    const k6 = new K6(process.env['LOADTEST_K6'] ?? 'k6', {
      ...{ LOADTEST_ORIGIN: 'http://127.0.0.1', LOADTEST_TOKEN: 't', LOADTEST_CONTROL: 'http://127.0.0.1' },
      ...rehearsalOf(asked),
    });
    return plannedMinutes(await k6.inspect(scenarioFile(asked.scenario.name)));
  };

  it('plans to take as long as the list of scenarios says', async () => {
    for (const { name, takesMinutes } of SCENARIOS) expect(await planned(name), name).toBe(takesMinutes);
  });

  it('plans to take as long as the README says of the commands for Monday, one by one and together', async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
    const rehearsals = [...readme.matchAll(/^For a class of .*, (\d+) minutes.*:\n\n```\n([^`]*)```$/gm)];
    expect(rehearsals).toHaveLength(2);
    for (const [, together, commands = ''] of rehearsals) {
      let minutes = 0;
      for (const command of commands.trimEnd().split('\n')) {
        const [, args = '', says] = /^npm run loadtest -- (.+?) +# (\d+) min$/.exec(command) ?? [];
        const takes = await planned(...args.split(' '));
        expect(takes, command).toBe(Number(says));
        // A server takes half a minute to start.
        minutes += takes + 0.5;
      }
      expect(minutes).toBe(Number(together));
    }
  });
});

// Most of it is waiting for people to come and for time to pass. They share a machine that may be busy: how long something takes, and what is lost
// meanwhile, is for the long runs; here it is whether each figure is there, and what must come before what.
describe.concurrent('a load test of a fault, a crowd or a bad network', { timeout: RUN_MS }, () => {
  // So many take two workers: what the first can send to a class without costing more than a second router is a thousand packets a second.
  it('worker-death: those on other workers are told of, and everybody hears again once the teacher publishes anew', async () => {
    const { output, figure, page } = await runSmall('worker-death', '--participants', '60', '--minutes', '0.1');
    const [listeners, stage] = ['a worker of listeners falls', 'the stage’s worker falls'];
    expect(figure(`${listeners}: sound away from those disturbed p95`), output).toBeGreaterThan(0);
    expect(figure(`${listeners}: sound lost by those undisturbed`), output).not.toBeNull();
    expect(figure(`${listeners}: others who had to begin anew`), output).toBe(0);
    expect(figure(`${listeners}: the teacher publishes again after`)).toBeNull();
    const published = figure(`${stage}: the teacher publishes again after`) ?? Number.NaN;
    expect(published, output).toBeGreaterThan(0);
    expect(figure(`${stage}: sound away from those disturbed p95`), output).toBeGreaterThan(published);
    expect(figure('students who hear nothing, at the end')).toBe(0);
    expect(figure('connections that were lost')).toBe(0);
    expect(figure('media links that ended')).toBe(0);
    expect(figure('joins that failed')).toBe(0);
    expect(page).toMatch(/; worker of the listeners killed at [\d.]+; worker of the stage killed at /);
  });

  it('worker-death: where everybody sits on one worker it breaks off, says why, and misses the goal that no part does', async () => {
    const { code, output, result } = await runSmall('worker-death', '--participants', '5', '--minutes', '0.05');
    expect(output).toContain('no media worker has listeners alone');
    expect(result.figures).toContainEqual(
      expect.objectContaining({
        ...{ name: 'a worker of listeners falls: sound lost by those undisturbed' },
        ...{ value: null, pass: false },
      }),
    );
    const parts = result.figures.filter(({ name }) => name.startsWith('scenario: '));
    expect(parts).toMatchObject([
      { name: 'scenario: the instructor’s part broke off', value: 0, pass: true },
      { name: 'scenario: the students’ part broke off', value: 1, pass: false },
      { name: 'scenario: the watch on the server broke off', value: 0, pass: true },
    ]);
    expect(code).toBe(result.run.counted ? 1 : 3);
  });

  it('server-death: everybody is back after the server is, to the class that it was', async () => {
    const { output, figure, page } = await runSmall('server-death', '--participants', '30', '--minutes', '0.4');
    const back = figure('everybody back after the server’s start') ?? Number.NaN;
    expect(back, output).toBeGreaterThan(0);
    expect(figure('everybody hears after the server’s start'), output).toBeGreaterThanOrEqual(back);
    expect(figure('people whose chat or hands were not as before'), output).toBe(0);
    expect(figure('acknowledged scores asked for again')).toBeGreaterThan(0);
    expect(figure('acknowledged scores that are lost'), output).toBe(0);
    expect(figure('joins that failed')).toBe(0);
    expect(page).toMatch(
      /aria-label="Students over time: [^"]*; server killed at \d+(?:\.\d+)?; server ready again at /,
    );
  });

  it('worker-frozen: both are found, and everybody hears again', async () => {
    const { output, figure } = await runSmall('worker-frozen', '--participants', '60', '--minutes', '0.1');
    expect(figure('a worker of listeners falls: sound lost by those undisturbed'), output).not.toBeNull();
    // The server takes a worker for frozen once six questions of a second each are open, never sooner.
    expect(figure('a worker of listeners falls: sound away from those disturbed p95'), output).toBeGreaterThan(5000);
    expect(figure('the stage’s worker falls: the teacher publishes again after'), output).toBeGreaterThan(5000);
    expect(figure('students who hear nothing, at the end')).toBe(0);
    expect(figure('connections that were lost')).toBe(0);
    expect(figure('media links that ended')).toBe(0);
  });

  it('unruly: tells of each flood how soon it was cut, and of whom it was not', async () => {
    const { output, result, figure } = await runSmall('unruly', '--participants', '40', '--minutes', '0.5');
    for (const flood of ['frames', 'packets', 'datagrams', 'garbage'].flatMap((of) => [of, `${of} by one`])) {
      expect(figure(`floods of ${flood}: pieces sent`), output).toBeGreaterThan(0);
      expect(figure(`floods of ${flood}: never cut`), output).not.toBeNull();
      expect(figure(`floods of ${flood}: time to the cut p95, of those who were cut`), output).toBeGreaterThan(0);
    }
    expect(figure('the floods: sound lost by others')).not.toBeNull();
    expect(figure('others: connections that were lost')).toBe(0);
    expect(figure('others: media links that ended')).toBe(0);
    // The worst of those who flood is somebody else, and what comes to them is counted apart.
    expect(result.run.notes.worst?.name).toMatch(/^Other /);
    expect(result.run.notes.worstUnruly?.name).toMatch(/^(?:Flood of|Slow|Roamer) /);
    expect(figure('signalling to each student once all are in')).toBeGreaterThan(0);
    expect(figure('signalling to each of those who harm themselves on purpose')).toBeGreaterThan(0);
  });

  it('join-storm: everybody of the storm gets in, and nobody’s connection is lost', async () => {
    const { output, figure } = await runSmall('join-storm', '--participants', '30', '--minutes', '0.05');
    expect(figure('students present, most'), output).toBe(30);
    expect(figure('storm: join p95: WebSocket to first packet')).toBeGreaterThan(0);
    expect(figure('inside: sound lost')).not.toBeNull();
    expect(figure('joins that failed')).toBe(0);
    expect(figure('connections that were lost')).toBe(0);
    expect(figure('media links that ended')).toBe(0);
  });

  it('class-start-inside: everybody who waits hears after the click, and contributes', async () => {
    const { output, figure } = await runSmall('class-start-inside', '--participants', '30', '--minutes', '0.3');
    expect(figure('students present, most'), output).toBe(30);
    expect(figure('start p95: the teacher’s click to first packet, of those who waited')).toBeGreaterThan(0);
    expect(figure('students who hear nothing, at the end')).toBe(0);
    expect(figure('students that contribute, most')).toBe(15);
    expect(figure('connections that were lost')).toBe(0);
  });

  it('churn: nothing is left behind, and what was too short to judge misses its goal', async () => {
    const { code, output, result, figure } = await runSmall('churn', '--participants', '20', '--minutes', '0.15');
    expect(figure('students present, most'), output).toBeGreaterThanOrEqual(20);
    expect(figure('joins that failed')).toBe(0);
    const left = result.figures.filter(({ name }) => name.startsWith('left behind after the class: '));
    expect(left.map(({ value, pass }) => [value, pass])).toEqual(Array(6).fill([0, true]));
    const grows = result.figures.find(({ name }) => name === 'server: memory grew, of its size, at least');
    expect(grows).toMatchObject({ value: null, pass: false });
    expect(code).toBe(result.run.counted ? 1 : 3);
  });

  it('lossy: each network does to the sound what it is made to do', async () => {
    const { output, figure } = await runSmall('lossy', '--participants', '12', '--minutes', '0.15');
    const lost = (group: string) => figure(`${group}: sound lost`) ?? Number.NaN;
    // Packets that were dropped on purpose, not time: one of ten, those that were asked for again included or not.
    expect(lost('loss-10'), output).toBeGreaterThan(lost('good'));
    // Beside the sound the line has room for 235 of 600 kbit/s at most, and pictures come over it all the same.
    expect(figure('what these lack of the largest that the camera sends'), output).toBeGreaterThan(60);
    expect(figure('pictures at the student in the middle, once all are in')).toBeGreaterThan(0);
    // It holds each packet back for a tenth of a second.
    expect(figure('slow: lateness p99.9 of all packets of sound')).toBeGreaterThan(100);
    expect(figure('joins that failed')).toBe(0);
  });

  it('breakdown: names where it broke, and passes nothing that it could not measure', async () => {
    const { code, output, result, figure, page } = await runSmall(
      'breakdown',
      '--participants',
      '20',
      '--minutes',
      '0.05',
    );
    const { broke } = result.run.notes;
    const borne = figure('students who were borne without a break');
    // A busy machine breaks early.
    if (broke === null) expect(borne).toBe(20);
    else expect(borne, output).toBeLessThan(broke?.at ?? Number.NaN);
    expect(output).toMatch(/^breakdown: 2 loads up to 20 people, each held for 3 s .*; takes about \d minutes?, less/m);
    expect(output).toMatch(/^Broke: (?:at \d+ students, by |nothing)/m);
    expect(result.figures).toContainEqual(
      expect.objectContaining({
        name: 'cost of one student: most rise over the cheapest load before',
        value: null,
        pass: false,
      }),
    );
    expect(code).toBe(result.run.counted ? 1 : 3);
    expect(page).toContain('CPU of one student against load');
  });
});

describe('a load test of a server that runs already', { timeout: RUN_MS }, () => {
  const [token, metricsToken] = ['a-load-token-of-this-test', 'a-metrics-token-of-this-test'];
  let product: Product;
  beforeEach(async () => {
    product = await Product.start({
      environment: { LECTERN_LOAD_TOKEN: token, LECTERN_METRICS_TOKEN: metricsToken },
      startTimeoutMs: 120_000,
    });
  });
  afterEach(() => product.stop());

  const runThere = (environment: Readonly<Record<string, string>>) => {
    const small = ['smoke', '--participants', '5', '--minutes', '0.1'];
    return runWith({ LECTERN_LOAD_TOKEN: token, ...environment }, [...small, '--target', product.url]);
  };

  it('reads its load, its settings and what it leaves out from what it tells, and removes its class', async () => {
    const { output, figure, page } = await runThere({ LECTERN_METRICS_TOKEN: metricsToken });
    for (const part of ['server', 'worker', 'analytics']) {
      expect(figure(`${part}: CPU once all are in`), output).toBeGreaterThanOrEqual(0);
      expect(figure(`${part}: memory of its own`), part).toBeGreaterThan(1);
    }
    expect(output).toMatch(/^Server: Lectern .*; packets of sound of 20 ms in a class of 5 /m);
    expect(page).toContain('media workers; budget by its self-test');
    expect(output).not.toContain('could not be read');
    expect(output).not.toContain('Class not removed');
  });

  const told = (metric: string) => toldBy(product.url, metric, { authorization: `Bearer ${metricsToken}` });
  const onceAllAreIn = async (happens: Meanwhile) => {
    // Without an institution that allows it nobody contributes.
    await School.found(product);
    const args = ['smoke', '--participants', '5', '--minutes', '2', '--target', product.url];
    return runWith({ LECTERN_LOAD_TOKEN: token, LECTERN_METRICS_TOKEN: metricsToken }, args, async (...of) => {
      // By then all are in for two windows, and their seconds are counted.
      await expect.poll(() => told('lectern_datagrams_received_total'), { timeout: 60_000 }).toBeGreaterThan(5);
      await happens(...of);
    });
  };

  it('ends soon where that server dies, says since when, and passes nothing that nobody could lose any more', async () => {
    const { code, output, result, page } = await onceAllAreIn(() => product.kill());
    expect(code, output).toBe(1);
    expect(output).toMatch(
      /^The server has not answered since \d\d:\d\d:\d\d \(its own log says why\): the figures tell of the part before that\.$/m,
    );
    expect(output).toMatch(/^Class not removed: /m);
    expect(output).not.toMatch(/LECTERN_METRICS_TOKEN|not told|keeps no result|does not count| pass /);
    expect(output).toMatch(/^5 participants, \d+ % contribute scores$/m);
    expect(result.run).toMatchObject({
      passed: false,
      brokenOff: expect.stringMatching(/^The server has not/) as string,
    });
    expect(page).not.toContain('>met<');
  });

  it('that is told to end says that it was interrupted, tells what was measured, and removes its class', async () => {
    const { code, output, figure } = await onceAllAreIn((loadTest) => {
      // As a service manager does: to all of its processes, and twice to the command.
      process.kill(-loadTest.pid!, 'SIGTERM');
      loadTest.kill('SIGHUP');
      return Promise.resolve();
    });
    expect(code, output).toBe(1);
    expect(output.match(/^Interrupted: it ends in order now/gm)).toHaveLength(1);
    expect(output).toMatch(/^Interrupted: the figures tell of the part before that\.$/m);
    expect(figure('students present, most')).toBe(5);
    expect(output).not.toContain('Class not removed');
    expect(await told('lectern_people')).toBe(0);
  });

  it('ends soon where its class is ended there, says so, and passes nothing', async () => {
    const { code, output, result } = await onceAllAreIn(async (_loadTest, printed) => {
      const [, joinCode] = /^Its class, .*\/c\/(\S+)$/m.exec(printed()) ?? [];
      const card = await fetch(`${product.url}/api/join/${joinCode ?? ''}`);
      const { classId } = joinCardSchema.parse(await card.json()).card;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      await fetch(`${product.url}/api/load-tests/${classId}`, { method: 'DELETE', headers });
    });
    expect(code, output).toBe(1);
    expect(output).toMatch(/^The class was ended on the server, .*: the figures tell of the part before that\.$/m);
    expect(output).not.toMatch(/Class not removed|does not count| pass /);
    expect(result.run.brokenOff).toMatch(/^The class was ended/);
  });

  it('whose generator is killed says so, and leaves no class there', async () => {
    const { code, output } = await onceAllAreIn(async (loadTest) => {
      const started = below([loadTest.pid!], await runningProcesses());
      process.kill(started.find(({ command: line }) => line.includes(' run --no-usage-report '))!.pid, 'SIGKILL');
    });
    expect(code, output).toBe(1);
    expect(output).toMatch(/^k6 was ended by SIGKILL \(where memory ran short/m);
    expect(output).not.toContain('Class not removed');
    await expect.poll(() => told('lectern_media_routers')).toBe(0);
  });

  it('leaves no class there where the command is killed and tells nothing any more', async () => {
    const killed = onceAllAreIn((loadTest) => {
      loadTest.kill('SIGKILL');
      return Promise.resolve();
    });
    await expect(killed).rejects.toThrow('takes about');
    // What the generator does in its end is over by then: it held the output open.
    await expect.poll(() => told('lectern_media_routers')).toBe(0);
  });

  it('ends in one line that names the remedy where a token is wrong, nothing answers, or no class may begin', async () => {
    const at = (target: string, environment: Readonly<Record<string, string>> = { LECTERN_LOAD_TOKEN: token }) =>
      command(environment, ['smoke', '--target', target]);
    expect(await at(product.url, { LECTERN_LOAD_TOKEN: 'another-token-of-this-test' })).toEqual({
      code: 2,
      output: `--token is not what ${product.url} has as LECTERN_LOAD_TOKEN: give that one.\n`,
    });
    expect(await at(product.url, { LECTERN_LOAD_TOKEN: token, LECTERN_METRICS_TOKEN: 'another-of-this-test' })).toEqual(
      {
        code: 2,
        output: expect.stringMatching(
          /\(401 from \/metrics\).* set LECTERN_METRICS_TOKEN there and here.*\n$/,
        ) as string,
      },
    );
    process.kill(product.processId, 'SIGUSR2');
    await expect.poll(async () => (await product.health()).status).toBe('draining');
    expect(await at(product.url)).toEqual({
      code: 2,
      output: `${product.url} is prepared for an update and takes no new class: take that back under Operator, Update, or start it anew.\n`,
    });
    const { url } = product;
    await product.kill();
    expect(await at(url)).toMatchObject({ code: 2, output: expect.stringContaining('cannot be reached') as string });
  });

  it('begins only where both speak the same protocol', async () => {
    await expect(checkProtocol(product.url, PROTOCOL_VERSION)).resolves.toBeUndefined();
    await expect(checkProtocol(product.url, PROTOCOL_VERSION + 1)).rejects.toThrow('run the load test of the release');
  });
});
