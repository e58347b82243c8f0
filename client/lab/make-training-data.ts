import { parseArgs } from 'node:util';
import type { ClipKind } from './acting/scripts.ts';
import { CLASS_KINDS, clipsOf, dataset, FIGURE_CLIPS, FIGURE_KINDS } from './data/dataset.ts';
import { identitiesOf, PARTS, type Part } from './data/design.ts';

/**
 * Renders what the training takes and prints it as JSON: the files of each part. Options: --identities N of the part `train`; of the
 * others three tenths and a quarter of it.
 */
const { values } = parseArgs({ options: { identities: { type: 'string', default: '80' } } });
const identities = Number(values.identities);
if (!Number.isInteger(identities) || identities < 10) {
  throw new RangeError(`--identities ${values.identities}: give a whole number of people, 10 or more`);
}
/** Calibration and test are those of the figures, so that each clip is rendered once. */
const SHAPES: Readonly<
  Record<Part, { readonly share: number; readonly clips: number; readonly kinds: readonly ClipKind[] }>
> = {
  train: { share: 1, clips: 3, kinds: CLASS_KINDS },
  calibration: { share: 0.3, clips: FIGURE_CLIPS.calibration, kinds: FIGURE_KINDS },
  test: { share: 0.25, clips: FIGURE_CLIPS.test, kinds: FIGURE_KINDS },
};
/** Nobody's gaze is in them. */
const LIFELESS: readonly ClipKind[] = ['photograph', 'frozen'];

const files: Partial<Record<Part, readonly string[]>> = {};
for (const part of PARTS) {
  const { share, clips: clipsPerIdentity, kinds } = SHAPES[part];
  const spec = {
    family: 'ict',
    part,
    kinds,
    identities: identitiesOf(part, Math.round(identities * share)),
    clipsPerIdentity,
    ...(part === 'train' ? {} : { seconds: FIGURE_CLIPS.seconds }),
  } as const;
  const rendered = await dataset(spec, ({ done, count, cached, frameMs }) => {
    const cost = frameMs === null ? '' : `, ${frameMs.toFixed(0)} ms a frame`;
    process.stderr.write(
      `\r${part}: ${String(done)} of ${String(count)} clips, ${String(cached)} were there${cost}   `,
    );
  });
  process.stderr.write('\n');
  const clips = clipsOf(spec);
  files[part] = rendered.files.filter((_, i) => !LIFELESS.includes(clips[i]?.kind ?? 'mixed'));
}
process.stdout.write(`${JSON.stringify(files)}\n`);
