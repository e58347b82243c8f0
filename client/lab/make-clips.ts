import { open, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CLIP_PLANS, CLIP_SIZE, CLIPS, type ClipName } from './clip-plans.ts';
import { servedHead } from './ict-face/coarse-skin.ts';
import { bundleHash, cacheFolder } from './lab-files.ts';
import { openLabPage, type LabPage } from './lab-page.ts';

/** Frames that travel from the page at once: about 0.6 MB each as text. */
const BATCH = 10;
/**
 * Makes the clips that `--use-file-for-fake-video-capture` of Chromium plays in a loop, as Y4M, and gives their paths. What was
 * made from the same sources is not made again.
 */
export async function makeClips(outDir?: string, identity = 3): Promise<Record<ClipName, string>> {
  const folder =
    outDir ?? cacheFolder('clips', `${await bundleHash(['clip-page.ts'], await servedHead())}-${String(identity)}`);
  await mkdir(folder, { recursive: true });
  const paths = Object.fromEntries(CLIPS.map((name) => [name, join(folder, `${name}.y4m`)])) as Record<
    ClipName,
    string
  >;
  const missing: ClipName[] = [];
  for (const name of CLIPS) if (!(await isThere(paths[name]))) missing.push(name);
  if (missing.length === 0) return paths;
  const lab = await openLabPage({ source: 'clip-page.ts' });
  try {
    for (const name of missing) await writeClip(lab, name, identity, paths[name]);
  } finally {
    await lab.close();
  }
  return paths;
}

async function writeClip(lab: LabPage, name: ClipName, identity: number, path: string): Promise<void> {
  const { fps, frames } = CLIP_PLANS[name];
  const partial = `${path}.${String(process.pid)}.part`;
  const file = await open(partial, 'w');
  try {
    await file.write(
      `YUV4MPEG2 W${String(CLIP_SIZE.width)} H${String(CLIP_SIZE.height)} F${String(fps)}:1 Ip A1:1 C420jpeg\n`,
    );
    await lab.page.evaluate(([clip, who]) => window.clips.open(clip, who), [name, identity] as const);
    for (let done = 0; done < frames; done += BATCH) {
      for (const frame of await lab.page.evaluate((count) => window.clips.render(count), BATCH)) {
        await file.write('FRAME\n');
        await file.write(Buffer.from(frame, 'base64'));
      }
      process.stderr.write(`\r${name}: ${String(Math.min(frames, done + BATCH))} of ${String(frames)} frames `);
    }
    await lab.page.evaluate(() => {
      window.clips.close();
    });
  } finally {
    await file.close();
  }
  await rename(partial, path);
  process.stderr.write('\n');
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, identity: { type: 'string', default: '3' } } });
  const paths = await makeClips(values.out, Number(values.identity));
  process.stdout.write(`${JSON.stringify(paths)}\n`);
}
