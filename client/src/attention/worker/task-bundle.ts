const END_RECORD = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;

/** One uncompressed file of a MediaPipe task bundle (a zip whose files are stored as they are). Throws when it is not there. */
export function storedFile(bundle: ArrayBuffer, name: string): Uint8Array {
  const missing = new Error(`the bundle holds no stored ${name}`);
  const view = new DataView(bundle);
  const end = bundle.byteLength - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END_RECORD) throw missing;
  let at = view.getUint32(end + 16, true);
  while (at + ENTRY_BYTES <= end && view.getUint32(at, true) === ENTRY) {
    const nameBytes = view.getUint16(at + 28, true);
    const entry = new TextDecoder().decode(new Uint8Array(bundle, at + ENTRY_BYTES, nameBytes));
    if (entry === name && view.getUint16(at + 10, true) === STORED) {
      const local = view.getUint32(at + 42, true);
      const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      return new Uint8Array(bundle, start, view.getUint32(at + 20, true));
    }
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  throw missing;
}
