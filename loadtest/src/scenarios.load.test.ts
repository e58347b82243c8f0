import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The small versions of what operators run, with the real generator and a server of its own. */
const PROGRAM = join(import.meta.dirname, 'main.ts');
const RUN_MS = 240_000;

interface Result {
  readonly figures: readonly { readonly name: string; readonly value: number | null; readonly pass: boolean }[];
  readonly run: { readonly passed: boolean; readonly counted: boolean };
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lectern-scenario-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function runSmall(...args: readonly string[]) {
  if (process.env['LOADTEST_K6'] === undefined) throw new Error('start with npm test, which builds the load generator');
  const [json, report] = [join(directory, 'result.json'), join(directory, 'report.html')];
  const all = [PROGRAM, ...args, '--json', json, '--report', report];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
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
    expect(result.run.passed, output).toBe(true);
    // A machine that is busy with something else makes the generator late: that is told, and no fault of ours.
    expect(code).toBe(result.run.counted ? 0 : 3);
    expect(output).toContain(result.run.counted ? 'Every goal is met.' : 'This run does not count: ');
    expect(figure('students present, most')).toBe(40);
    expect(figure('students that contribute, most')).toBe(20);
    expect(figure('windows stored')).toBeGreaterThan(0);
    expect(figure('server: CPU once all are in')).toBeGreaterThan(0);
    expect(page).toContain('<title>Load test smoke</title>');
  });

  it('worker-death: everybody hears again, and nobody’s connection was lost', async () => {
    const { output, figure } = await runSmall('worker-death', '--participants', '30', '--minutes', '0.3');
    expect(figure('sound away from those disturbed p95'), output).toBeLessThan(5000);
    expect(figure('how long the fault took, until the last hears'), output).toBeLessThan(60_000);
    expect(figure('connections that were lost')).toBe(0);
    expect(figure('joins that failed')).toBe(0);
  });

  it('server-death: everybody is back soon after the server is, to the class that it was', async () => {
    const { output, figure } = await runSmall('server-death', '--participants', '30', '--minutes', '0.4');
    expect(figure('everybody back after the server’s start'), output).toBeLessThan(10_000);
    expect(figure('people whose chat or hands were not as before'), output).toBe(0);
    expect(figure('acknowledged scores asked for again')).toBeGreaterThan(0);
    expect(figure('acknowledged scores that are lost'), output).toBe(0);
    expect(figure('joins that failed')).toBe(0);
  });
});
