import { readdir, readFile, readlink } from 'node:fs/promises';

/** Which of these processes has this UDP port; null where none of them has. Linux only: rejects elsewhere. */
export async function udpPortOwner(port: number, pids: readonly number[]): Promise<number | null> {
  for (const pid of pids) {
    const inodes = await inodesOf(port, pid);
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    // One that was closed meanwhile is no socket of this port.
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (targets.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''))) return pid;
  }
  return null;
}

/** The sockets that are bound to it, as this process sees the network. */
async function inodesOf(port: number, pid: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['udp', 'udp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')),
  );
  const bound = tables.flatMap((table) => table.split('\n')).map((line) => line.trim().split(/\s+/));
  // The second field is address and port, in hexadecimal; the tenth the inode.
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return new Set(bound.filter(([, local]) => local?.endsWith(`:${hexadecimal}`)).flatMap((fields) => fields[9] ?? []));
}
