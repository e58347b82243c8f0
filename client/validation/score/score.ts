import { writeFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';
import { join } from './join.ts';
import { report } from './report.ts';
import { readRows } from './rows-file.ts';
import { table } from './table.ts';
import { readTruth } from './truth-file.ts';

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
    const [wanted] = [...truth.frames, ...truth.windows];
    throw new UsageError(
      `No truth has a row: the first truth is of "${wanted?.file ?? ''}", the first row of "${measured?.file ?? ''}". The column file names the recording as the rows do, or by the end of that path, and frame and window count from 0.`,
    );
  }
  const result = report(truth, rows, joined, { resamples, seed });
  process.stdout.write(`${table(result)}\n`);
  const missing = joined.truthsWithoutRow;
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED).map(({ line, file }) => `${file} (line ${line})`);
    const more = missing.length > NAMED ? ` and ${(missing.length - NAMED).toLocaleString('en')} more` : '';
    process.stderr.write(`Without a row: ${named.join(', ')}${more}.\n`);
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
