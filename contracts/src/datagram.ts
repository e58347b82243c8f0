/**
 * The signal datagram: all that ever leaves a student's device about the camera, once every window.
 *
 * 16 bytes, big-endian:
 *
 * | byte   | holds |
 * |--------|-------|
 * | 0      | version, 1 |
 * | 1      | flags: bit 2 scored; the other bits are zero |
 * | 2      | 0 when scored, 1 when the device could not tell |
 * | 3      | reserved, zero |
 * | 4..7   | window index: 5-second windows of the class clock, from 0 |
 * | 8..9   | score in 1/65535ths (0 when abstaining) |
 * | 10..13 | first four bytes of the SHA-256 of the model that scored |
 * | 14..15 | reserved, zero |
 *
 * Reserved bytes and bits must be zero, so that nothing can ride along: beside a score stands nothing about the person. An abstention
 * says nothing of its cause: a photograph, darkness and a hidden page are the same 16 bytes.
 */
export const DATAGRAM_BYTES = 16;
const DATAGRAM_VERSION = 1;

/** Length of a window of the class clock in milliseconds. */
export const WINDOW_MS = 5000;

const SCORE_STEPS = 65_535;
const FLAG_SCORED = 4;
const COULD_NOT_TELL = 1;

/** Why a device could not tell, for its owner alone: no datagram has room for it. */
export const ABSTAIN_REASONS = [
  'no-face-yet',
  'too-few-frames',
  'too-dark',
  'face-too-small',
  'several-faces',
  'page-hidden',
  'brief',
  'static-picture',
  'clock-unsure',
  'camera-ended',
  'no-life-yet',
  'lost-aside',
] as const;
export type AbstainReason = (typeof ABSTAIN_REASONS)[number];

interface Score {
  readonly kind: 'score';
  /** In 0..1. */
  readonly score: number;
}

/** What one device knows of one window: a score, or the reason why it could not tell. */
export type WindowOutcome = Score | { readonly kind: 'abstain'; readonly reason: AbstainReason };

/** What it says of it to others: a score, or that it could not tell. */
export type SentOutcome = Score | { readonly kind: 'abstain' };

export interface SignalDatagram {
  /** Index of the 5-second window on the class clock, from 0. */
  readonly window: number;
  readonly outcome: SentOutcome;
  /** First four bytes of the model's SHA-256, as an unsigned integer. */
  readonly modelTag: number;
}

/** Encodes one datagram. Throws RangeError when a number does not fit its field: a programming error on the device. */
export function encodeDatagram(datagram: SignalDatagram): Uint8Array<ArrayBuffer> {
  const { window, outcome, modelTag } = datagram;
  if (!isUint32(window)) throw new RangeError(`window index ${String(window)} is not an unsigned 32-bit integer`);
  if (!isUint32(modelTag)) throw new RangeError(`model tag ${String(modelTag)} is not an unsigned 32-bit integer`);
  const bytes = new Uint8Array(DATAGRAM_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = DATAGRAM_VERSION;
  view.setUint32(4, window);
  if (outcome.kind === 'score') {
    if (!(outcome.score >= 0 && outcome.score <= 1))
      throw new RangeError(`score ${String(outcome.score)} is outside 0..1`);
    bytes[1] = FLAG_SCORED;
    view.setUint16(8, Math.round(outcome.score * SCORE_STEPS));
  } else {
    bytes[2] = COULD_NOT_TELL;
  }
  view.setUint32(10, modelTag);
  return bytes;
}

/** Parses one datagram; null when any byte is not as the table above says. Never throws, reads nothing but the 16 bytes. */
export function parseDatagram(bytes: Uint8Array): SignalDatagram | null {
  if (bytes.byteLength !== DATAGRAM_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== DATAGRAM_VERSION || view.getUint8(3) !== 0 || view.getUint16(14) !== 0) return null;
  const outcome = parseOutcome(view.getUint8(1), view.getUint8(2), view.getUint16(8));
  if (outcome === null) return null;
  return { window: view.getUint32(4), outcome, modelTag: view.getUint32(10) };
}

function parseOutcome(flags: number, abstained: number, steps: number): SentOutcome | null {
  if (flags === FLAG_SCORED) return abstained === 0 ? { kind: 'score', score: steps / SCORE_STEPS } : null;
  return flags === 0 && abstained === COULD_NOT_TELL && steps === 0 ? { kind: 'abstain' } : null;
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}
