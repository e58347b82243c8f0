import { parseArgs } from 'node:util';
import { CLASS_KINDS, dataset } from './data/dataset.ts';
import { identitiesOf, PARTS, type Part } from './data/design.ts';

/**
 * Renders what the training takes and prints it as JSON: the files of each part. Options: --identities N of the part `train`; the others
 * have two fifths of it.
 */
const { values } = parseArgs({ options: { identities: { type: 'string', default: '80' } } });
const identities = Number(values.identities);
if (!Number.isInteger(identities) || identities < 10) {
  throw new RangeError(`--identities ${values.identities}: give a whole number of people, 10 or more`);
}
const CLIPS_PER_IDENTITY = 4;
const SHARES: Readonly<Record<Part, number>> = { train: 1, calibration: 0.4, test: 0.4 };

const files: Partial<Record<Part, readonly string[]>> = {};
for (const part of PARTS) {
  const count = Math.round(identities * SHARES[part]);
  const rendered = await dataset(
    {
      family: 'ict',
      part,
      kinds: CLASS_KINDS,
      identities: identitiesOf(part, count),
      clipsPerIdentity: CLIPS_PER_IDENTITY,
    },
    ({ done, count: all, cached, frameMs }) => {
      const cost = frameMs === null ? '' : `, ${frameMs.toFixed(0)} ms a frame`;
      process.stderr.write(
        `\r${part}: ${String(done)} of ${String(all)} clips, ${String(cached)} were there${cost}   `,
      );
    },
  );
  process.stderr.write('\n');
  files[part] = rendered.files;
}
process.stdout.write(`${JSON.stringify(files)}\n`);
