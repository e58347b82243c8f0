import { request } from '../../http/request.ts';

/** Files that measuring needs; without one of them it cannot run on this server. */
const NEEDED = ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'];

interface ManifestFile {
  readonly role: string;
  readonly brotliBytes: number;
}

/** The download's size in bytes as the manifest says it; null when a needed file is missing on the server. */
export function downloadSize(manifest: unknown): number | null {
  const files = filesOf(manifest);
  if (!NEEDED.every((role) => files.some((file) => file.role === role))) return null;
  return files.filter(({ role }) => NEEDED.includes(role)).reduce((sum, { brotliBytes }) => sum + brotliBytes, 0);
}

/** Asks the server how large the download would be. Only the list of files is fetched, none of the files. */
export async function askDownloadSize(): Promise<number | null> {
  return await request('GET', '/attention/manifest.json', { schema: { parse: downloadSize } });
}

function filesOf(manifest: unknown): ManifestFile[] {
  if (typeof manifest !== 'object' || manifest === null || !('files' in manifest)) return [];
  const { files } = manifest;
  return Array.isArray(files) ? files.filter(isManifestFile) : [];
}

function isManifestFile(file: unknown): file is ManifestFile {
  return (
    typeof file === 'object' &&
    file !== null &&
    'role' in file &&
    typeof file.role === 'string' &&
    'brotliBytes' in file &&
    typeof file.brotliBytes === 'number'
  );
}

/** Bytes as people read them: "8.1 MB", with the decimal mark of the language. */
export function formatMegabytes(bytes: number, language: string): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(language, digits).format(bytes / 1_000_000)} MB`;
}
