import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readShippedModel } from '../../src/attention/build/shipped-model.ts';
import { Scorer } from '../../src/attention/worker/scorer.ts';
import type { ClipData } from '../data/clip.ts';
import { dataset, FIGURES_OF, figureSpec, ownFigureSpec, type DatasetSpec } from '../data/dataset.ts';
import type { Part } from '../data/design.ts';
import type { FamilyName } from '../families/family.ts';
import { accuracyTable } from './accuracy-table.ts';
import { AccuracyFigures } from './figures.ts';
import { judgeClip, type JudgedClip, type SeenFrame } from './judged-clip.ts';

/**
 * Measures how well the shipped code judges people of the lab, on identities and scenes that nothing was trained or tuned on, and prints
 * one JSON line: the rows of the table with value and interval, and the figures by group. Windows count that end later than 10 s after the
 * first face; what happens until then is a row of its own (docs/decisions/0100). Clips are rendered where they are not in the cache.
 * Options: --quick (about 300 windows instead of 3,000), --family, --part (another than `test` only to look at while developing).
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    family: { type: 'string', default: 'ict' },
    part: { type: 'string', default: 'test' },
    identities: { type: 'string' },
  },
});
const { test, calibration } = FIGURES_OF;
const size = values.quick ? { identities: 26, clips: 1 } : test;
const identities = Number(values.identities ?? size.identities);
const family = values.family as FamilyName;

const { runtime, model } = await readShippedModel();
const scorer = await Scorer.open(runtime, model);
const part = values.part as Part;
const judged = new AccuracyFigures(
  await judge([
    figureSpec(part, identities, size.clips),
    ...(values.quick ? [] : [ownFigureSpec(part, identities, size.clips)]),
  ]),
);
// The rates by which a class's share is corrected come from other people than those whose share is corrected.
const inProportion = Math.round((calibration.identities * identities) / test.identities);
const others = new AccuracyFigures(
  await judge([figureSpec('calibration', inProportion, Math.min(calibration.clips, size.clips))]),
);
process.stdout.write(
  `${JSON.stringify({
    modelHash: createHash('sha256').update(new Uint8Array(model)).digest('hex'),
    identities: judged.identities,
    windows: judged.windowsJudged,
    ...accuracyTable(judged, others.rates()),
  })}\n`,
);

async function judge(specs: readonly Omit<DatasetSpec, 'family'>[]): Promise<readonly JudgedClip[]> {
  const clips: JudgedClip[] = [];
  for (const spec of specs) {
    const { files } = await dataset({ family, ...spec }, ({ done, count, cached, frameMs }) => {
      const cost = frameMs === null ? '' : `, ${frameMs.toFixed(0)} ms a frame`;
      process.stderr.write(
        `${spec.part}: ${String(done)} of ${String(count)} clips, ${String(cached)} were there${cost}\n`,
      );
    });
    for (const file of files) {
      clips.push(await judgeClip(JSON.parse(await readFile(file, 'utf8')) as ClipData<SeenFrame>, scorer));
    }
  }
  return clips;
}
