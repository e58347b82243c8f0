import { writeFile } from 'node:fs/promises';
import { table, UsageError } from '@lectern/testbed';
import { HELP, onlySays, readCommandLine, type Asked } from './command-line.ts';
import { EXIT } from './exit.ts';
import { interruption } from './interruption.ts';
import { inOneLine } from './machine.ts';
import { notesInWords } from './notes.ts';
import { cameraInWords, exitCode, inWords, resultJson } from './outcome.ts';
import { keepOwn } from './own-environment.ts';
import { reportPage } from './report-page.ts';
import type { Run } from './result.ts';
import { listOf } from './planned-time.ts';
import { runScenario } from './run.ts';
import { SCENARIOS } from './scenarios.ts';
import { settingsInOneLine } from './server-settings.ts';

const READ_MORE = 'loadtest/README.md says what each plays and how to read what comes of it.';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const says = onlySays(args);
  if (says !== null) {
    console.log(says === 'list' ? listOf(SCENARIOS) : `${HELP}\n\nScenarios\n${listOf(SCENARIOS)}\n\n${READ_MORE}`);
    return EXIT.passed;
  }
  const interrupted = interruption();
  try {
    const binary = process.env['LOADTEST_K6'];
    if (binary === undefined) throw new UsageError('Start with npm run loadtest, which builds the load generator.');
    const asked = readCommandLine(args, process.env['LECTERN_LOAD_TOKEN']);
    const metricsToken = asked.target === null ? undefined : process.env['LECTERN_METRICS_TOKEN'];
    if (asked.target === null) keepOwn(process.env);
    const run = await runScenario(asked, { binary, metricsToken, interrupted });
    await hand(run, asked);
    return exitCode(run);
  } catch (error) {
    // Before the class began: nothing was measured.
    if (interrupted.aborted && error === interrupted.reason) return EXIT.short;
    if (error instanceof UsageError) {
      console.error(error.message);
      return EXIT.usage;
    }
    console.error(error);
    return EXIT.fault;
  }
}

async function hand(run: Run, { json, report, all }: Asked): Promise<void> {
  // Of a run that was broken off before anybody was in there is nothing to show.
  if (run.contributing !== null || run.brokenOff === null) show(run, all);
  for (const [what, words] of notesInWords(run.notes)) console.log(`${what}: ${words}`);
  if (json !== null) await writeFile(json, resultJson(run));
  if (report !== null) await writeFile(report, reportPage(run));
  console.log(`\n${inWords(run)}`);
}

function show(run: Run, all: boolean): void {
  const { participants } = run.asked;
  const people = `${participants} ${participants === 1 ? 'participant' : 'participants'}`;
  const contributing =
    run.contributing === null ? 'nobody was in' : `${(run.contributing * 100).toFixed(0)} % contribute scores`;
  console.log(`\n${inOneLine(run.machine, run.versions)}\n${people}, ${contributing}`);
  const camera = cameraInWords(run.asked);
  if (camera !== null) console.log(`Camera: ${camera}`);
  console.log(`Server: ${settingsInOneLine(run.settings)}`);
  const shown = all ? run.figures : run.figures.filter(({ goal }) => goal !== null);
  if (shown.length > 0) console.log(`\n${table(shown)}`);
  const others = run.figures.length - shown.length;
  if (others > 0)
    console.log(
      `${others} more figures have no goal${run.brokenOff === null ? '' : ', or could not be judged any more'}: --all prints them, --report FILE.html and --json FILE hold them.`,
    );
}
