const END_RECORD = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;

interface Entry {
  readonly name: string;
  readonly isStored: boolean;
  readonly bytes: number;
  /** Where its entry in the directory and its local header begin. */
  readonly at: number;
  readonly localAt: number;
}

/** One uncompressed file of a MediaPipe task bundle (a zip whose files are stored as they are). Throws when it is not there. */
export function storedFile(bundle: ArrayBuffer, name: string): Uint8Array {
  const file = readDirectory(bundle)?.find((entry) => entry.name === name && entry.isStored);
  if (file === undefined) throw new Error(`the bundle holds no stored ${name}`);
  const view = new DataView(bundle);
  const { localAt } = file;
  const start = localAt + LOCAL_BYTES + view.getUint16(localAt + 26, true) + view.getUint16(localAt + 28, true);
  return new Uint8Array(bundle, start, file.bytes);
}

/**
 * The bundle without `name`, which has to be its last file: the others stay where they are, aligned as they were. Throws when
 * another one is the last.
 */
export function withoutLastFile(bundle: ArrayBuffer, name: string): Uint8Array {
  const entries = readDirectory(bundle);
  const last = entries?.at(-1);
  const first = entries?.at(0);
  if (first === undefined || last?.name !== name || entries?.some(({ localAt }) => localAt > last.localAt) === true) {
    throw new Error(`${name} is not the last file of the bundle`);
  }
  const end = new DataView(bundle.slice(bundle.byteLength - END_BYTES));
  for (const at of [8, 10]) end.setUint16(at, end.getUint16(at, true) - 1, true);
  end.setUint32(12, last.at - first.at, true);
  end.setUint32(16, last.localAt, true);
  const shorter = new Uint8Array(last.localAt + last.at - first.at + END_BYTES);
  shorter.set(new Uint8Array(bundle, 0, last.localAt));
  shorter.set(new Uint8Array(bundle, first.at, last.at - first.at), last.localAt);
  shorter.set(new Uint8Array(end.buffer), shorter.byteLength - END_BYTES);
  return shorter;
}

/** Null when the bundle does not end as a zip without a comment does. */
function readDirectory(bundle: ArrayBuffer): Entry[] | null {
  const view = new DataView(bundle);
  const end = bundle.byteLength - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END_RECORD) return null;
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  while (at + ENTRY_BYTES <= end && view.getUint32(at, true) === ENTRY) {
    const nameBytes = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(bundle, at + ENTRY_BYTES, nameBytes)),
      isStored: view.getUint16(at + 10, true) === STORED,
      bytes: view.getUint32(at + 20, true),
      at,
      localAt: view.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}
