import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, extname, normalize, sep } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** What is measured as one: a picture, a folder of pictures in their order, or a video. */
export interface Recording {
  readonly kind: 'still' | 'sequence' | 'video';
  /** As it stands in the rows: the path as it was given, or found beneath one that was given. */
  readonly file: string;
  readonly paths: readonly string[];
  readonly bytes: number;
}

/** A file that is known to be of no use, with the remedy. */
export interface Refused {
  readonly file: string;
  readonly reason: string;
}

export interface Found {
  readonly recordings: readonly Recording[];
  readonly refused: readonly Refused[];
  /** Files in the folders that are neither pictures nor videos. */
  readonly ignored: readonly string[];
}

interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

const IMAGES = new Set(['jpg', 'jpeg', 'png', 'webp', 'bmp', 'gif', 'avif']);
const VIDEOS = new Set(['mp4', 'm4v', 'mov', 'webm', 'mkv', 'ts', 'mts', 'm2ts']);
const OTHER_IMAGES = new Set(['tif', 'tiff', 'ppm', 'pgm', 'jp2', 'heic', 'heif', 'tga']);
const OTHER_VIDEOS = new Set(['avi', 'wmv', 'flv', 'mpg', 'mpeg', 'ogv', 'asf', 'vob', '3gp', 'mxf', 'dv', 'y4m']);

/** The order of names that people number: frame 2 before frame 10. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/**
 * Finds what can be measured in files and folders, in a fixed order. With `asSequences` the pictures of each folder are one sequence.
 * Rejects with a `UsageError` for a path that does not exist, and when there is nothing at all.
 */
export async function findRecordings(paths: readonly string[], asSequences: boolean): Promise<Found> {
  const found: FoundFile[] = [];
  const seen = new Set<string>();
  const ignored: string[] = [];
  for (const path of paths) {
    const given = await stat(path).catch(() => null);
    if (given === null) throw new UsageError(`There is no file or folder ${path}: see that the path is right.`);
    if (!given.isDirectory()) await take({ path: tidy(path), bytes: given.size });
    else {
      for await (const file of filesBeneath(tidy(path))) {
        if (isKnown(file.path)) await take(file);
        else ignored.push(file.path);
      }
    }
  }
  async function take(file: FoundFile): Promise<void> {
    const real = await realpath(file.path);
    if (!seen.has(real)) found.push(file);
    seen.add(real);
  }
  const usable = found.filter(({ path }) => isUsable(path));
  const refused = found.filter(({ path }) => !isUsable(path)).map(({ path }) => refusalOf(path));
  if (found.length === 0) {
    throw new UsageError(
      `There is neither a picture (${[...IMAGES].join(', ')}) nor a video (${[...VIDEOS].join(', ')}) in ${paths.join(', ')}.`,
    );
  }
  const recordings = asSequences ? inSequences(usable) : usable.map(alone);
  return { recordings: recordings.toSorted((a, b) => byName(a.file, b.file)), refused, ignored };
}

/** The command that turns a file into one that Chromium reads, frame for frame. */
export function conversionOf(path: string): string {
  const stem = path.slice(0, path.length - extname(path).length);
  const isImage = OTHER_IMAGES.has(extensionOf(path)) || IMAGES.has(extensionOf(path));
  if (isImage) return `ffmpeg -i ${quoted(path)} ${quoted(`${stem}.png`)}`;
  const target = quoted(`${stem}-h264.mp4`);
  return `ffmpeg -i ${quoted(path)} -map 0:v:0 -c:v libx264 -crf 12 -pix_fmt yuv420p -fps_mode passthrough ${target}`;
}

function isVideo(path: string): boolean {
  return VIDEOS.has(extensionOf(path));
}

function refusalOf(path: string): Refused {
  const extension = extensionOf(path);
  if (OTHER_IMAGES.has(extension) || OTHER_VIDEOS.has(extension)) {
    return { file: path, reason: `Chromium reads no .${extension}: convert it with  ${conversionOf(path)}` };
  }
  return { file: path, reason: 'it is neither a picture nor a video by its name' };
}

async function* filesBeneath(folder: string, above: readonly string[] = []): AsyncGenerator<FoundFile> {
  const real = await realpath(folder);
  // A link back to where we came from.
  if (above.includes(real)) return;
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byName);
  for (const name of names) {
    const path = folder === '.' ? name : `${folder}/${name}`;
    const entry = await stat(path).catch(() => null);
    if (entry?.isDirectory() === true) yield* filesBeneath(path, [...above, real]);
    else if (entry?.isFile() === true) yield { path, bytes: entry.size };
  }
}

function inSequences(files: readonly FoundFile[]): Recording[] {
  const folders = new Map<string, FoundFile[]>();
  for (const file of files.filter(({ path }) => !isVideo(path))) {
    const folder = dirname(file.path);
    const images = folders.get(folder) ?? [];
    images.push(file);
    folders.set(folder, images);
  }
  const sequences = [...folders].map(([file, images]): Recording => {
    const paths = images.map(({ path }) => path).sort(byName);
    return { kind: 'sequence', file, paths, bytes: images.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return [...sequences, ...files.filter(({ path }) => isVideo(path)).map(alone)];
}

function alone({ path, bytes }: FoundFile): Recording {
  return { kind: isVideo(path) ? 'video' : 'still', file: path, paths: [path], bytes };
}

function isUsable(path: string): boolean {
  return IMAGES.has(extensionOf(path)) || VIDEOS.has(extensionOf(path));
}

function isKnown(path: string): boolean {
  return isUsable(path) || OTHER_IMAGES.has(extensionOf(path)) || OTHER_VIDEOS.has(extensionOf(path));
}

function extensionOf(path: string): string {
  return extname(path).slice(1).toLowerCase();
}

/** With forward slashes, no slash at the end and no ./ in front. */
function tidy(path: string): string {
  const normal = normalize(path).split(sep).join('/');
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function byName(a: string, b: string): number {
  return BY_NAME.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
