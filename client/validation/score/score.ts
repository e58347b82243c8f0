import { writeFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';
import { join, type TruthWithoutRow } from './join.ts';
import { report } from './report.ts';
import { readRows } from './rows-file.ts';
import { table } from './table.ts';
import { readTruth } from './truth-file.ts';
import { misspelt, withUnknown } from './unknown-columns.ts';

export interface ScoreOptions {
  readonly truth: string;
  readonly rows: readonly string[];
  /** Also writes the figures there. */
  readonly json: string | null;
  readonly resamples: number;
  readonly seed: number;
}

/** Truths of which the summary names the recording, at most. */
const NAMED = 5;

/** Compares rows with the truth and prints every figure. Rejects with a `UsageError` when a file cannot be used as it is. */
export async function score({ truth: truthPath, rows: rowPaths, json, resamples, seed }: ScoreOptions): Promise<void> {
  const truth = await readTruth(truthPath);
  const rows = await readRows(rowPaths);
  const joined = join(truth, rows);
  if (joined.frames.length + joined.windows.length === 0) {
    const [measured] = [...rows.frames, ...rows.windows];
    const [wanted] = joined.truthsWithoutRow;
    const message = `No truth has a row. The first truth: ${wanted === undefined ? '' : named(wanted)}. The first row is of "${measured?.file ?? ''}". The column file names the recording as the rows do, or by the end of that path, and frame and window count from 0.`;
    throw new UsageError(withUnknown(truth.unknownColumns, message));
  }
  const result = report(truth, rows, joined, { resamples, seed });
  process.stdout.write(`${table(result)}\n`);
  const hint = misspelt(truth.unknownColumns);
  if (hint !== '') process.stderr.write(`${hint}\n`);
  const missing = joined.truthsWithoutRow;
  if (missing.length > 0) {
    const some = missing.slice(0, NAMED).map(named);
    const more = missing.length > NAMED ? `; and ${(missing.length - NAMED).toLocaleString('en')} more` : '';
    process.stderr.write(`Without a row: ${some.join('; ')}${more}.\n`);
  }
  if (json === null) return;
  try {
    writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(
      `--json ${json} cannot be written (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function named({ line, file, reason }: TruthWithoutRow): string {
  return `${file} (line ${line}; ${reason})`;
}
