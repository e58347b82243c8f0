import { describe, expect, it } from 'vitest';
import { allResident, parseSmaps, residentMemory, shareOut } from './resident-memory.ts';

const MB = 1024;
const SMAPS = `00400000-04000000 r-xp 00001000 08:01 4242                       /opt/node/bin/node
Size:              61440 kB
Rss:               40960 kB
Pss:               13653 kB
Private_Dirty:         0 kB
Anonymous:             0 kB
AnonHugePages:         0 kB
VmFlags: rd ex mr mw me
04000000-04100000 rw-p 03c00000 08:01 4242                       /opt/node/bin/node
Rss:                1024 kB
Anonymous:           768 kB
7f0000000000-7f0000800000 rw-p 00000000 00:00 0 
Rss:                8192 kB
Anonymous:          8192 kB
`;

describe('the memory of processes', () => {
  it('is read mapping by mapping: a file’s pages by file and place, copied and nameless ones as own', () => {
    expect(parseSmaps(SMAPS)).toEqual([
      { file: '08:01 4242 00001000', ownKb: 0, fileKb: 40_960 },
      { file: '08:01 4242 03c00000', ownKb: 768, fileKb: 256 },
      { file: null, ownKb: 8_192, fileKb: 0 },
    ]);
  });

  it('divides a file’s pages among those that have them, and counts what only one has in full', () => {
    const program = (megabytes: number) => ({ file: 'node', ownKb: 0, fileKb: megabytes * MB });
    const own = (megabytes: number) => ({ file: null, ownKb: megabytes * MB, fileKb: 0 });
    const processes = new Map([
      [1, [program(40), own(30)]],
      [2, [program(20), own(10), { file: 'chdb', ownKb: 0, fileKb: 100 * MB }]],
    ]);
    const shared = shareOut(processes);
    expect(shared.get(1)).toEqual({ sharedOutMb: 20 / 2 + 20 + 30, allMb: 70 });
    expect(shared.get(2)).toEqual({ sharedOutMb: 20 / 2 + 10 + 100, allMb: 130 });
  });

  it('sums up to all pages there are, each once', () => {
    const holders = [12, 7, 7, 3].map((kb, pid) => [pid, [{ file: 'node', ownKb: 0, fileKb: kb * MB }]] as const);
    const sum = [...shareOut(new Map(holders)).values()].reduce((all, { sharedOutMb }) => all + sharedOutMb, 0);
    expect(sum).toBeCloseTo(12);
  });

  it('is named undivided too, with what that counts twice', () => {
    const one = { sharedOutMb: 30, allMb: 70.4 };
    expect(allResident([one])).toBe('all resident pages: 70 MB');
    expect(allResident([one, one])).toBe('all resident pages: 141 MB, those that are shared counted for each process');
  });

  it.skipIf(process.platform !== 'linux')('of one process alone is all that it has', async () => {
    const own = (await residentMemory([process.pid])).get(process.pid);
    expect(own?.sharedOutMb).toBeCloseTo(own?.allMb ?? 0);
    expect(own?.allMb).toBeGreaterThan(20);
  });
});
