import { loadTestResultSchema, type LoadTestResult } from '@lectern/contracts';
import { figureJson, misses, type Figure } from '@lectern/testbed';
import { EXIT } from './exit.ts';
import type { Asked } from './command-line.ts';
import { inOneLine } from './machine.ts';
import type { Run } from './result.ts';

const MOST_FIGURES = 100;
const MOST_REASONS = 20;

export function exitCode({ passed, brokenOff, doesNotCount, contributing }: Run): number {
  if (brokenOff !== null || contributing === null) return EXIT.short;
  if (doesNotCount.length > 0) return EXIT.doesNotCount;
  return passed ? EXIT.passed : EXIT.short;
}

/** What the teacher's camera shows; null where there is none. */
export function cameraInWords({ cameraKbps }: Asked): string | null {
  return cameraKbps === null
    ? null
    : `${cameraKbps} kbit/s in the largest of its three pictures, which whoever sees it asks for`;
}

/** The last lines that the command prints. */
export function inWords(run: Run): string {
  const { notJudged } = run;
  return notJudged.length === 0
    ? outcomeOf(run)
    : `${outcomeOf(run)}\nNot judged, since the server does not tell it: ${notJudged.join('; ')}.`;
}

function outcomeOf({ passed, brokenOff, doesNotCount, figures, contributing, notJudged }: Run): string {
  const short = figures.filter(misses).map(({ name }) => name);
  if (brokenOff !== null) {
    if (contributing === null) return `${brokenOff}: nobody was in the class by then, and nothing was measured.`;
    return [
      `${brokenOff}: the figures tell of the part before that.`,
      ...(short.length === 0 ? [] : [`Short of the goal until then: ${short.join('; ')}.`]),
    ].join('\n');
  }
  if (contributing === null) return 'Nobody was in the class: above stands why.';
  if (doesNotCount.length > 0) return doesNotCount.map((why) => `This run does not count: ${why}.`).join('\n');
  if (passed) return notJudged.length === 0 ? 'Every goal is met.' : 'Every goal that could be judged is met.';
  return short.length === 0
    ? 'k6 says that a goal is missed: --all prints its own summary.'
    : `Short of the goal: ${short.join('; ')}.`;
}

/** The form of `npm run bench --json`, and what a load test adds: how it was run, whether it counts, who contributed. */
export function resultJson(run: Run): string {
  const { asked, machine, versions, contributing, figures, finishedAt } = run;
  const result = {
    machine,
    figures: figures.map((figure) => ({ ...figureJson(figure), contributing })),
    run: {
      scenario: asked.scenario.name,
      participants: asked.participants,
      minutes: asked.minutes,
      contribute: asked.contribute,
      cameraKbps: asked.cameraKbps,
      target: asked.target?.origin ?? null,
      finishedAt: finishedAt.toISOString(),
      versions,
      settings: run.settings,
      passed: run.passed,
      brokenOff: run.brokenOff,
      counted: run.doesNotCount.length === 0,
      doesNotCount: run.doesNotCount,
      notJudged: run.notJudged,
      notes: run.notes,
    },
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** What the operator's page shows as the last load test. Throws for a run in which nobody was in the class. */
export function lastLoadTest(run: Run): LoadTestResult {
  const { asked, figures, finishedAt } = run;
  return loadTestResultSchema.parse({
    scenario: asked.scenario.name,
    finishedAt: finishedAt.toISOString(),
    passed: run.passed,
    brokenOff: run.brokenOff !== null,
    doesNotCount: run.doesNotCount.slice(0, MOST_REASONS),
    participants: asked.participants,
    contributing: run.contributing,
    notJudged: run.notJudged.slice(0, MOST_REASONS),
    figures: figures
      .filter(({ value, goal }) => value !== null || goal !== null)
      .map(judged)
      // There may be more than the page takes: goals that were missed are told before all, then those that were met.
      .sort((one, other) => rankOf(one) - rankOf(other))
      .slice(0, MOST_FIGURES),
    machine: inOneLine(run.machine, run.versions),
  });
}

function rankOf({ goal, passed }: ReturnType<typeof judged>): number {
  if (!passed) return 0;
  return goal === null ? 2 : 1;
}

function judged(figure: Figure) {
  const { name, value, unit, goal } = figure;
  return { name, value, unit, goal, passed: !misses(figure) };
}
