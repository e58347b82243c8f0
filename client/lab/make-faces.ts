import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clipName, planClip, type ClipSpec } from './data/clip.ts';
import { clipsOf, dataset, FACES_PAGES, renderAll } from './data/dataset.ts';
import { identitiesOf } from './data/design.ts';
import { parseFacesOptions, USAGE, UsageError, type FacesOptions } from './data/faces-options.ts';
import { TRUTH_HEADER, truthLine } from './data/truth-table.ts';
import { openLabPage, type LabPage } from './lab-page.ts';

/** Pictures that travel from the page at once. */
const BATCH = 12;

try {
  const options = parseFacesOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(USAGE);
  else if (options.sheet !== null) await drawSheet(options, options.sheet);
  else if (options.out !== null) await writePictures(options, options.out);
  else await fillCache(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nnpm run lab:faces -- --help says what there is.\n`);
  process.exitCode = 2;
}

async function fillCache(options: FacesOptions): Promise<void> {
  const { family, part, kinds, clips } = options;
  const { folder, files } = await dataset(
    { family, part, kinds, identities: peopleOf(options), clipsPerIdentity: clips },
    ({ done, count, cached, clip, frameMs }) => {
      const cost = frameMs === null ? '' : `, ${frameMs.toFixed(0)} ms a frame`;
      show(`${done} of ${count} clips (${cached} were there): ${clip}${cost}`);
    },
  );
  process.stderr.write(`\n${files.length} clips in\n`);
  process.stdout.write(`${folder}\n`);
}

async function writePictures(options: FacesOptions, out: string): Promise<void> {
  const { family, part, kinds, hz } = options;
  const clips = clipsOf({
    family,
    part,
    kinds,
    hz,
    identities: peopleOf(options),
    clipsPerIdentity: options.clips,
  }).map((clip) => ({ ...clip, punctual: true }));
  const truths = join(out, '.truth');
  await mkdir(truths, { recursive: true });
  const truthOf = (clip: ClipSpec): string => join(truths, `${clipName(clip)}.csv`);
  const missing: ClipSpec[] = [];
  for (const clip of clips) if ((await stat(truthOf(clip)).catch(() => null)) === null) missing.push(clip);
  let done = 0;
  await renderAll(missing, async (lab, clip) => {
    const lines = await writeClip(lab, clip, join(out, clipName(clip)));
    await writeFile(`${truthOf(clip)}.part`, lines.map((line) => `${line}\n`).join(''));
    await rename(`${truthOf(clip)}.part`, truthOf(clip));
    show(`${++done} of ${missing.length} clips (${clips.length - missing.length} were there): ${clipName(clip)}`);
  });
  const parts = await Promise.all(clips.map((clip) => readFile(truthOf(clip), 'utf8')));
  await writeFile(join(out, 'TRUTH.csv'), `${TRUTH_HEADER}\n${parts.join('')}`);
  process.stderr.write(
    `\n${clips.length} clips and TRUTH.csv are in ${out}. What the product makes of them:\n` +
      `  npm run attention -- ${out} --sequence ${options.hz} --out rows.jsonl\n` +
      `  npm run attention -- score ${join(out, 'TRUTH.csv')} rows.jsonl\n`,
  );
}

/** Writes a clip's pictures and gives the lines of its truth. */
async function writeClip(lab: LabPage, clip: ClipSpec, folder: string): Promise<readonly string[]> {
  const { groups } = planClip(clip);
  // What a broken run left is not mixed with what comes now.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  await lab.page.evaluate((wanted) => window.faces.begin(wanted), clip);
  for (;;) {
    const pictures = await lab.page.evaluate((count) => window.faces.pictures(count), BATCH);
    if (pictures.length === 0) break;
    for (const { truth, extension, base64 } of pictures) {
      const frame = lines.length;
      await writeFile(join(folder, `${String(frame).padStart(5, '0')}.${extension}`), Buffer.from(base64, 'base64'));
      lines.push(truthLine(clipName(clip), frame, `${clip.family}:${clip.identity}`, groups, truth));
    }
  }
  await lab.page.evaluate(() => {
    window.faces.end();
  });
  return lines;
}

async function drawSheet(options: FacesOptions, file: string): Promise<void> {
  const lab = await openLabPage({ source: FACES_PAGES[options.family], workerSource: 'observe-worker.ts' });
  try {
    for (const [done, identity] of peopleOf(options).entries()) {
      await lab.page.evaluate((who) => window.faces.sheetRow(who), identity);
      show(`${done + 1} of ${options.identities} people`);
    }
    await writeFile(file, Buffer.from(await lab.page.evaluate(() => window.faces.sheet()), 'base64'));
  } finally {
    await lab.close();
  }
  process.stderr.write('\n');
  process.stdout.write(`${file}\n`);
}

function peopleOf({ part, identities, from }: FacesOptions): readonly number[] {
  return identitiesOf(part, identities, from);
}

function show(text: string): void {
  process.stderr.write(`\r${text.padEnd(90)}`);
}
