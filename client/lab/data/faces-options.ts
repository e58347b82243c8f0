import { parseArgs } from 'node:util';
import { FAMILIES, type FamilyName } from '../families/family.ts';
import { CLIP_KINDS, type ClipKind } from '../acting/scripts.ts';
import { isClipKind } from './clip.ts';
import { CLASS_KINDS } from './dataset.ts';
import { PARTS, type Part } from './design.ts';

/** What `npm run lab:faces` was asked for. */
export interface FacesOptions {
  readonly family: FamilyName;
  readonly part: Part;
  readonly identities: number;
  readonly from: number;
  readonly clips: number;
  readonly kinds: readonly ClipKind[];
  readonly hz: number;
  readonly out: string | null;
  readonly sheet: string | null;
}

/** A wrong option, with what to write instead. */
export class UsageError extends Error {}

export const USAGE = `npm run lab:faces -- [options]

Renders synthetic people in front of synthetic cameras, each frame with its truth. Without --out and --sheet it shows the clips
to the vision code of the product and keeps what that saw in the cache; prints the folder.

  --family ${FAMILIES.join('|')}     where the heads come from (ict)
  --part ${PARTS.join('|')}  whose identities: those of the test are for figures alone (train)
  --identities N             how many people (12; with --sheet 6)
  --from N                   the first one's number within its part (0)
  --clips N                  clips of each (6)
  --kinds A,B                kinds of clips in turn: ${CLIP_KINDS.join(', ')}
  --fps N                    frames a second of the clips that --out writes (8)
  --out DIR                  writes pictures: a folder for each clip, and DIR/TRUTH.csv
  --sheet FILE.png           draws one picture of people and what they do
  --help                     shows this

What is already there is not rendered again: the same command goes on where a broken run was.
`;

/** Reads the options. Throws a `UsageError` that names the remedy; null when help is wanted. */
export function parseFacesOptions(args: readonly string[]): FacesOptions | null {
  const values = read(args);
  if (values.help === true) return null;
  const sheet = values.sheet ?? null;
  const out = values.out ?? null;
  if (sheet !== null && out !== null)
    throw new UsageError('--out and --sheet are two different things: give one of them');
  if (sheet !== null && !sheet.endsWith('.png'))
    throw new UsageError(`--sheet ${sheet}: name a file that ends in .png`);
  return {
    family: oneOf('--family', values.family ?? 'ict', FAMILIES),
    part: oneOf('--part', values.part ?? 'train', PARTS),
    identities: count('--identities', values.identities ?? (sheet === null ? '12' : '6'), 1),
    from: count('--from', values.from ?? '0', 0),
    clips: count('--clips', values.clips ?? '6', 1),
    kinds: kindsOf(values.kinds),
    hz: rate(values.fps ?? '8'),
    out,
    sheet,
  };
}

const OPTIONS = {
  family: { type: 'string' },
  part: { type: 'string' },
  identities: { type: 'string' },
  from: { type: 'string' },
  clips: { type: 'string' },
  kinds: { type: 'string' },
  fps: { type: 'string' },
  out: { type: 'string' },
  sheet: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function read(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new UsageError(`${option} ${value}: give ${allowed.join(' or ')}`);
  return found;
}

function count(option: string, value: string, least: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least) {
    throw new UsageError(`${option} ${value}: give a whole number of at least ${least}`);
  }
  return number;
}

function rate(value: string): number {
  const hz = Number(value);
  if (!(hz >= 1 && hz <= 30)) throw new UsageError(`--fps ${value}: give frames a second from 1 to 30`);
  return hz;
}

function kindsOf(value: string | undefined): readonly ClipKind[] {
  if (value === undefined) return CLASS_KINDS;
  return value.split(',').map((name) => {
    if (!isClipKind(name)) throw new UsageError(`--kinds ${name}: give some of ${CLIP_KINDS.join(', ')}, with commas`);
    return name;
  });
}
