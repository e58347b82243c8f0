import { readFile } from 'node:fs/promises';

/** What one process keeps of one mapping, in kB. */
interface Mapping {
  /** File and place in it; null for memory that belongs to no file. */
  readonly file: string | null;
  /** Pages of its own, copied from the file or never in one. */
  readonly ownKb: number;
  /** Pages of the file as it lies in the page cache, which other processes may have too. */
  readonly fileKb: number;
}

/** The memory of one process among others. */
export interface ResidentMemory {
  /** Its own pages, and of the pages of files its part: they are divided among those of the processes asked for that have them. */
  readonly sharedOutMb: number;
  /** All that it has in memory, as if nobody shared any of it. */
  readonly allMb: number;
}

/**
 * The memory of these processes, by pid; one that is gone has none. Whoever else runs on the machine changes nothing: the
 * kernel's own proportional size would divide the pages of Node's program among the measuring processes as well. Linux only.
 */
export async function residentMemory(pids: readonly number[]): Promise<ReadonlyMap<number, ResidentMemory>> {
  const read = pids.map(async (pid) => [pid, await mappingsOf(pid)] as const);
  return shareOut(new Map(await Promise.all(read)));
}

/** All resident pages of these processes in words, beside the figure in which those of files are divided. */
export function allResident(uses: readonly ResidentMemory[]): string {
  const megabytes = uses.reduce((sum, { allMb }) => sum + allMb, 0).toFixed(0);
  return `all resident pages: ${megabytes} MB${uses.length > 1 ? ', those that are shared counted for each process' : ''}`;
}

async function mappingsOf(pid: number): Promise<readonly Mapping[]> {
  return parseSmaps(await readFile(`/proc/${String(pid)}/smaps`, 'utf8').catch(() => ''));
}

const HEADER = /^[0-9a-f]+-[0-9a-f]+ \S{4} (?<offset>[0-9a-f]+) (?<device>\S+) (?<inode>\d+)/;

/** The mappings of /proc/PID/smaps. */
export function parseSmaps(smaps: string): readonly Mapping[] {
  return smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).flatMap((text): readonly Mapping[] => {
    const { offset, device, inode } = HEADER.exec(text)?.groups ?? {};
    if (offset === undefined || device === undefined || inode === undefined) return [];
    const residentKb = kilobytes(text, 'Rss');
    const ownKb = kilobytes(text, 'Anonymous');
    return inode === '0'
      ? [{ file: null, ownKb: residentKb, fileKb: 0 }]
      : [{ file: `${device} ${inode} ${offset}`, ownKb, fileKb: residentKb - ownKb }];
  });
}

function kilobytes(mapping: string, field: string): number {
  return Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(mapping)?.[1] ?? 0);
}

/**
 * Divides what is shared. The kernel says how many pages of a file each process has, not which; the fewer are taken to be
 * among the more, as they are where the same program runs twice.
 */
export function shareOut(processes: ReadonlyMap<number, readonly Mapping[]>): ReadonlyMap<number, ResidentMemory> {
  const files = new Map<string, Map<number, number>>();
  for (const [pid, mappings] of processes) {
    for (const { file, fileKb } of mappings) {
      if (file === null) continue;
      const holders = files.get(file) ?? new Map<number, number>();
      files.set(file, holders.set(pid, (holders.get(pid) ?? 0) + fileKb));
    }
  }
  const sharedKb = new Map<number, number>();
  for (const holders of files.values()) {
    for (const [pid, kb] of portions(holders)) sharedKb.set(pid, (sharedKb.get(pid) ?? 0) + kb);
  }
  return new Map(
    [...processes].map(([pid, mappings]) => {
      const ownKb = mappings.reduce((sum, mapping) => sum + mapping.ownKb, 0);
      const fileKb = mappings.reduce((sum, mapping) => sum + mapping.fileKb, 0);
      return [pid, { sharedOutMb: (ownKb + (sharedKb.get(pid) ?? 0)) / 1024, allMb: (ownKb + fileKb) / 1024 }];
    }),
  );
}

/** Each holder's portion of one file: the pages that k of them have count for each of those as a k-th. */
function portions(holders: ReadonlyMap<number, number>): [number, number][] {
  const ascending = [...holders].sort(([, one], [, other]) => one - other);
  let portionKb = 0;
  let beforeKb = 0;
  return ascending.map(([pid, kb], index) => {
    portionKb += (kb - beforeKb) / (ascending.length - index);
    beforeKb = kb;
    return [pid, portionKb];
  });
}
