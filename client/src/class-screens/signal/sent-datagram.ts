import { parseDatagram } from '@lectern/contracts';

/** The fields of the 16 bytes in the order in which they stand on the wire, as docs/protocol.md lists them. */
export const DATAGRAM_FIELDS = [
  { field: 'version', from: 0, to: 1 },
  { field: 'flags', from: 1, to: 2 },
  { field: 'abstained', from: 2, to: 3 },
  { field: 'empty', from: 3, to: 4 },
  { field: 'window', from: 4, to: 8 },
  { field: 'score', from: 8, to: 10 },
  { field: 'model', from: 10, to: 14 },
  { field: 'empty', from: 14, to: 16 },
] as const;
export type DatagramField = (typeof DATAGRAM_FIELDS)[number]['field'];

export interface FieldView {
  readonly field: DatagramField;
  readonly hex: string;
  /** What the bytes say, in digits alone; words are added by the screen. */
  readonly value: string;
}

/** What one datagram tells its readers: the fields with their bytes, and what was sent. */
export interface DatagramView {
  readonly fields: readonly FieldView[];
  /** Null: it says that the device could not tell, and nothing else. */
  readonly score: number | null;
}

/** Decodes a datagram for its own sender; null when the bytes are none, which would be our error and is shown as such. */
export function viewDatagram(bytes: Uint8Array): DatagramView | null {
  const datagram = parseDatagram(bytes);
  if (datagram === null) return null;
  const score = datagram.outcome.kind === 'score' ? datagram.outcome.score : null;
  const values: Record<DatagramField, string> = {
    version: String(bytes[0] ?? 0),
    flags: (bytes[1] ?? 0).toString(2).padStart(3, '0'),
    abstained: String(bytes[2] ?? 0),
    empty: '0',
    window: String(datagram.window),
    score: score === null ? '0' : formatScore(score),
    model: hexOf(bytes.subarray(10, 14)).replaceAll(' ', ''),
  };
  return {
    fields: DATAGRAM_FIELDS.map(({ field, from, to }) => ({
      field,
      hex: hexOf(bytes.subarray(from, to)),
      value: values[field],
    })),
    score,
  };
}

/** Two hex digits a byte, with a space between. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** A score as the plain sentence says it: two decimals, with the decimal mark of the language. */
export function formatScore(score: number, language = 'en'): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(score);
}
