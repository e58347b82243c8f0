import { parseArgs } from 'node:util';
import {
  CLASS_KINDS,
  clipsOf,
  dataset,
  FIGURES_OF,
  figureSpec,
  STATIC_KINDS,
  type DatasetSpec,
} from './data/dataset.ts';
import { identitiesOf, PARTS, type Part } from './data/design.ts';

/** As many as the committed model was trained on. */
const TRAINED_ON = 150;

/**
 * Renders what the training takes and prints it as JSON: the files of each part. Options: --identities N of the part `train`; the
 * others in proportion.
 */
const { values } = parseArgs({ options: { identities: { type: 'string', default: String(TRAINED_ON) } } });
const identities = Number(values.identities);
if (!Number.isInteger(identities) || identities < 10) {
  throw new RangeError(`--identities ${values.identities}: give a whole number of people, 10 or more`);
}
const { test, calibration } = FIGURES_OF;
const inProportion = (people: number): number => Math.max(1, Math.round((people * identities) / TRAINED_ON));
/** Calibration and test are those of the figures, so that each clip is rendered once. */
const SPECS: Readonly<Record<Part, Omit<DatasetSpec, 'family'>>> = {
  train: { part: 'train', identities: identitiesOf('train', identities), clipsPerIdentity: 2, kinds: CLASS_KINDS },
  calibration: figureSpec('calibration', inProportion(calibration.identities), calibration.clips),
  test: figureSpec('test', inProportion(test.identities), test.clips),
};

const files: Partial<Record<Part, readonly string[]>> = {};
for (const part of PARTS) {
  const spec = { family: 'ict', ...SPECS[part] } as const;
  const rendered = await dataset(spec, ({ done, count, cached, frameMs }) => {
    const cost = frameMs === null ? '' : `, ${frameMs.toFixed(0)} ms a frame`;
    process.stderr.write(
      `\r${part}: ${String(done)} of ${String(count)} clips, ${String(cached)} were there${cost}   `,
    );
  });
  process.stderr.write('\n');
  // Nobody's gaze is in pictures.
  const clips = clipsOf(spec);
  files[part] = rendered.files.filter((_, i) => !STATIC_KINDS.includes(clips[i]?.kind ?? 'mixed'));
}
process.stdout.write(`${JSON.stringify(files)}\n`);
