import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipKind } from '../acting/scripts.ts';
import type { FamilyName } from '../families/family.ts';
import { servedHead } from '../ict-face/coarse-skin.ts';
import { bundleHash, cacheFolder } from '../lab-files.ts';
import { openLabPage, type LabPage } from '../lab-page.ts';
import { seeded, seedOf } from '../random.ts';
import { clipName, type ClipData, type ClipSpec } from './clip.ts';
import { identitiesOf, partOf, placeOf, type Part } from './design.ts';

/** Clips of many people, as a training or a figure asks for them. */
export interface DatasetSpec {
  readonly family: FamilyName;
  readonly identities: readonly number[];
  readonly clipsPerIdentity: number;
  /** The number of the first clip of each identity; 0 where it is left out. */
  readonly firstClip?: number;
  /** The part that the identities belong to: a wrong one is refused. */
  readonly part: Part;
  /** Kinds of clips, over an identity's clips and on to the next identity's: each round has them all, in an order of its own. */
  readonly kinds: readonly ClipKind[];
  readonly hz?: number;
  readonly seconds?: number;
}

/** Where the clips lie: one JSON file of `ClipData` each, in the order of identities and clips. */
export interface Dataset {
  readonly folder: string;
  readonly files: readonly string[];
}

export interface Progress {
  readonly done: number;
  readonly count: number;
  readonly cached: number;
  readonly clip: string;
  /** Rendering, camera and vision code together, of one frame of this clip; null for none. */
  readonly frameMs: number | null;
}

/** What training uses: mostly what people do in a class, and some of each thing that must be told apart. */
export const CLASS_KINDS: readonly ClipKind[] = [
  'mixed',
  'declared',
  'mixed',
  'leaving',
  'mixed',
  'down',
  'mixed',
  'moving',
  'blinks',
  'start-aside',
  'mixed',
  'passing',
  'still',
];

/** What figures are taken from: what people do in a class, and each thing that has a figure of its own. */
const FIGURE_KINDS: readonly ClipKind[] = [
  'mixed',
  'mixed',
  'declared',
  'mixed',
  'blinks',
  'mixed',
  'leaving',
  'mixed',
  'photograph',
  'mixed',
  'down',
  'still',
  'mixed',
  'moving',
  'mixed',
  'start-aside',
  'mixed',
  'passing',
  'frozen',
];

/** What has a figure of its own, so that each such figure is taken from twenty people and more. */
const OWN_FIGURE_KINDS: readonly ClipKind[] = ['declared', 'blinks', 'photograph', 'still', 'start-aside', 'frozen'];

/**
 * People that figures are taken from, and how many clips of each: of the test, and of those by whose error rates a class's share is corrected. Clips are
 * long, since a baseline grows over a minute.
 */
export const FIGURES_OF = {
  test: { identities: 64, clips: 4 },
  calibration: { identities: 36, clips: 2 },
  seconds: 80,
} as const;

/** Kinds of clips that show nobody alive, or nobody any longer. */
export const STATIC_KINDS: readonly ClipKind[] = ['photograph', 'frozen'];

/** The clips that figures are taken from, of the first so many people of a part. */
export function figureSpec(part: Part, identities: number, clipsPerIdentity: number): Omit<DatasetSpec, 'family'> {
  return {
    part,
    identities: identitiesOf(part, identities),
    clipsPerIdentity,
    kinds: FIGURE_KINDS,
    seconds: FIGURES_OF.seconds,
  };
}

/** One more clip of each of those people, after the `clipsPerIdentity` of `figureSpec`. */
export function ownFigureSpec(part: Part, identities: number, clipsPerIdentity: number): Omit<DatasetSpec, 'family'> {
  return {
    ...figureSpec(part, identities, 1),
    firstClip: clipsPerIdentity,
    kinds: OWN_FIGURE_KINDS,
  };
}

/** The page that draws a family: apart, so that one family's data outlives a change of the other. */
export const FACES_PAGES: Readonly<Record<FamilyName, string>> = {
  ict: 'faces-page.ts',
  canonical: 'canonical-faces-page.ts',
};
/** The machine's cores that render; each with a Chromium of its own. */
const RENDERERS = 2;

/**
 * Renders clips and shows them to the shipped vision code, and gives their files. What was rendered from the same sources is not
 * rendered again, so that a broken run goes on where it was. Rejects when an identity is not of the part.
 */
export async function dataset(
  spec: DatasetSpec,
  report: (progress: Progress) => void = () => undefined,
): Promise<Dataset> {
  const clips = clipsOf(spec);
  const folder = cacheFolder('faces', await facesHash(spec.family), spec.family);
  await mkdir(folder, { recursive: true });
  const fileOf = (clip: ClipSpec): string => join(folder, `${clipName(clip)}.json`);
  const missing: ClipSpec[] = [];
  for (const clip of clips) if (!(await isThere(fileOf(clip)))) missing.push(clip);
  const cached = clips.length - missing.length;
  let done = 0;
  await renderAll(missing, async (lab, clip) => {
    const data: ClipData = await lab.page.evaluate((wanted) => window.faces.observe(wanted), clip);
    const partial = `${fileOf(clip)}.${process.pid}.part`;
    await writeFile(partial, JSON.stringify(data));
    await rename(partial, fileOf(clip));
    const frameMs = data.frames.length === 0 ? null : data.costMs.shoot + data.costMs.look;
    report({ done: ++done, count: missing.length, cached, clip: clipName(clip), frameMs });
  });
  return { folder, files: clips.map(fileOf) };
}

/** The clips that a specification means. */
export function clipsOf(spec: DatasetSpec): ClipSpec[] {
  const { family, identities, clipsPerIdentity, firstClip = 0, part, kinds, hz, seconds } = spec;
  const stranger = identities.find((identity) => partOf(identity) !== part);
  if (stranger !== undefined) {
    throw new RangeError(
      `identity ${stranger} belongs to ${partOf(stranger)}, not to ${part}: take identities by identitiesOf('${part}', count)`,
    );
  }
  const rounds = new Map<number, readonly ClipKind[]>();
  const kindAt = (place: number): ClipKind => {
    const round = Math.floor(place / kinds.length);
    if (!rounds.has(round)) rounds.set(round, seeded(seedOf('kinds', part, round)).shuffled(kinds));
    return rounds.get(round)?.[place % kinds.length] ?? 'mixed';
  };
  return identities.flatMap((identity) =>
    Array.from({ length: clipsPerIdentity }, (_, clip) => ({
      family,
      identity,
      clip: firstClip + clip,
      part,
      kind: kindAt(placeOf(identity) * clipsPerIdentity + clip),
      ...(hz === undefined ? {} : { hz }),
      ...(seconds === undefined ? {} : { seconds }),
    })),
  );
}

/** Shoots clips of one family one after the other in as many browsers as there are cores for it. */
export async function renderAll(
  clips: readonly ClipSpec[],
  render: (lab: LabPage, clip: ClipSpec) => Promise<void>,
): Promise<void> {
  // An identity's clips stay in one browser, which makes the person once.
  const queue = [...Map.groupBy(clips, ({ identity }) => identity).values()];
  const family = clips[0]?.family;
  if (family === undefined) return;
  const run = async (): Promise<void> => {
    const lab = await openLabPage({ source: FACES_PAGES[family], workerSource: 'observe-worker.ts' });
    try {
      for (let ofOne = queue.shift(); ofOne !== undefined; ofOne = queue.shift()) {
        for (const clip of ofOne) await render(lab, clip);
      }
    } catch (error) {
      queue.length = 0;
      throw error;
    } finally {
      await lab.close();
    }
  };
  const renderers = Math.min(RENDERERS, queue.length);
  const runs = await Promise.allSettled(Array.from({ length: renderers }, run));
  for (const outcome of runs) if (outcome.status === 'rejected') throw outcome.reason;
}

/** What decides how faces look and what is seen of them: a change of any of it renders anew. */
async function facesHash(family: FamilyName): Promise<string> {
  return bundleHash([FACES_PAGES[family], 'observe-worker.ts'], await servedHead());
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
