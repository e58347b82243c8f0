import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

type Clip = 'facing' | 'away' | 'gone' | 'dark';

/** Paths of the rendered clips that play as cameras; made on the first call on a machine, kept in its cache. */
export async function clips(): Promise<Record<Clip, string>> {
  const program = resolve(import.meta.dirname, '../../../client/lab/make-clips.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 170_000 });
  return JSON.parse(stdout) as Record<Clip, string>;
}
