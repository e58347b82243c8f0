import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, sourcesHash } from './lab-files.ts';
import { openLabPage } from './lab-page.ts';

/**
 * Renders subjects through the shipped vision code and prints the folder that holds one JSON file for each. A broken run
 * goes on where it was: what is cached under the same sources is not rendered again.
 */
const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '48' },
    from: { type: 'string', default: '0' },
    frames: { type: 'string', default: '7' },
  },
});
const count = Number(values.subjects);
const from = Number(values.from);
const framesPerSegment = Number(values.frames);
const folder = cacheFolder('dataset', await sourcesHash([String(framesPerSegment)]));
await mkdir(folder, { recursive: true });
const wanted = Array.from({ length: count }, (_, i) => from + i);
const missing: number[] = [];
for (const subject of wanted) {
  const cached = await readFile(fileFor(subject)).catch(() => null);
  if (cached === null) missing.push(subject);
}
process.stderr.write(
  `${String(wanted.length - missing.length)} subjects cached, ${String(missing.length)} to render\n`,
);
if (missing.length > 0) {
  const lab = await openLabPage({ source: 'dataset-page.ts', workerSource: 'observe-worker.ts' });
  try {
    await lab.page.evaluate(() => window.dataset.open());
    for (const [done, subject] of missing.entries()) {
      const rendered = await lab.page.evaluate(([seed, frames]) => window.dataset.renderSubject(seed, frames), [
        subject,
        framesPerSegment,
      ] as const);
      await writeFile(`${fileFor(subject)}.part`, JSON.stringify(rendered));
      await rename(`${fileFor(subject)}.part`, fileFor(subject));
      process.stderr.write(
        `\r${String(done + 1)} of ${String(missing.length)} subjects, ${rendered.frameCostMs.toFixed(1)} ms a frame `,
      );
    }
    process.stderr.write('\n');
  } finally {
    await lab.close();
  }
}
process.stdout.write(`${folder}\n`);

function fileFor(subject: number): string {
  return join(folder, `subject-${String(subject).padStart(4, '0')}.json`);
}
