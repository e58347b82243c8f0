import { duration, grouped } from './progress.ts';
import { conversionOf, type Recording, type Refused } from './recordings.ts';

/** Files left alone of which the summary tells the names, at most. */
const NAMED = 5;

export interface Summary {
  readonly frames: number;
  readonly windows: number;
  /** Everything that was named or found, what could not be read included. */
  readonly recordings: number;
  /** Of these. */
  readonly unreadable: number;
  readonly seconds: number;
  /** Files of the folders that are neither pictures nor videos. */
  readonly ignored: readonly string[];
}

/** What was measured, in a line; its numbers of recordings go together. */
export function summary({ unreadable, seconds, ignored, ...counted }: Summary): string {
  const all = counted.recordings;
  const skipped =
    unreadable === 0 ? '' : ` Not read, or not in whole, see above: ${grouped(unreadable)} of ${grouped(all)}.`;
  const more = ignored.length > NAMED ? ` and ${grouped(ignored.length - NAMED)} more` : '';
  const others = ignored.length === 0 ? '' : ` Left alone: ${ignored.slice(0, NAMED).join(', ')}${more}.`;
  return `${counts(counted)} in ${duration(seconds)}.${skipped}${others}`;
}

/** The rows that there are, in words. */
export function counts({ frames, windows, recordings }: Pick<Summary, 'frames' | 'windows' | 'recordings'>): string {
  const andWindows = windows === 0 ? '' : ` and ${grouped(windows)} windows`;
  return `${grouped(frames)} frames${andWindows} of ${grouped(recordings)} recordings`;
}

/** A recording, or one picture of a sequence, that could not be read, with the remedy. */
export function unreadable({ file, paths, kind }: Recording, frame: number | null, reason: string): Refused {
  const remedy =
    kind === 'video' ? `if a player shows it, convert it with  ${conversionOf(file)}` : pictureRemedy(reason, kind);
  return { file: frame === null ? file : (paths[frame] ?? file), reason: `${reason.replace(/\.$/, '')}; ${remedy}` };
}

/** Without its picture a sequence would count otherwise: there it is mended. */
function pictureRemedy(reason: string, kind: Recording['kind']): string {
  const mend = /decode/i.test(reason)
    ? 'open it in a picture program and save it again'
    : 'see that a picture program can open it';
  return kind === 'sequence' ? mend : `${mend}, or leave it out`;
}
