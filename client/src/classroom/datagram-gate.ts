import { DATAGRAM_BYTES, encodeDatagram, parseDatagram, WINDOW_MS, type SignalDatagram } from '@lectern/contracts';
import type { types } from 'mediasoup-client';

/** How far a window may lie from the class clock as this page knows it: more than a busy worker is ever late. */
const NEAR_WINDOWS = 6;
/** New windows a minute: twelve end in it, and a worker that starts anew may close one early. */
const NEW_WINDOWS_PER_MINUTE = 15;
const MINUTE_MS = 60_000;

declare const made: unique symbol;
/** The 16 bytes of one window as a gate made them: nothing else has this type, and nothing else goes onto the channel. */
export type MadeDatagram = Uint8Array<ArrayBuffer> & { readonly [made]: true };

/** The channel as the gate uses it; mediasoup's DataProducer is one. */
export type GatedChannel = Pick<types.DataProducer, 'readyState' | 'send'>;

/** Something else than this page's own 16 bytes of a window was about to leave, or by another channel: an error of the program. Nothing left. */
export class NotADatagramError extends Error {
  constructor(detail: string) {
    super(`kept back, since only the signal's datagrams may leave: ${detail}`);
    this.name = 'NotADatagramError';
  }
}

/**
 * The one way onto the data channel. It makes the datagrams itself, of at most one content for each window and of windows near the class
 * clock alone, and lets nothing through that is not byte for byte one of these, by one channel at a time.
 */
export class DatagramGate {
  readonly #nowMs: () => number;
  /** By window, in hexadecimal. */
  readonly #made = new Map<number, string>();
  #madeAtMs: readonly number[] = [];
  #channel: GatedChannel | null = null;
  #modelTag: number | null = null;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /**
   * The datagram of a window; null for one that was made already, is of another time than `classMs` says (null: not known), comes in excess
   * or of another model than the ones before: that one is not sent. Throws RangeError where a number does not fit its field.
   */
  make(signal: SignalDatagram, classMs: number | null): MadeDatagram | null {
    const { window, modelTag } = signal;
    if (this.#made.has(window) || modelTag !== (this.#modelTag ?? modelTag)) return null;
    if (classMs !== null && Math.abs(classMs / WINDOW_MS - (window + 1)) > NEAR_WINDOWS) return null;
    const nowMs = this.#nowMs();
    const lately = this.#madeAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (lately.length >= NEW_WINDOWS_PER_MINUTE) return null;
    const bytes = encodeDatagram(signal);
    this.#madeAtMs = [...lately, nowMs];
    this.#modelTag = modelTag;
    this.#made.set(window, hexOf(bytes));
    return bytes as MadeDatagram;
  }

  /** Sends one datagram that this gate made. Throws NotADatagramError, and then sends nothing, for any other bytes or a second open channel. */
  pass(bytes: MadeDatagram, channel: GatedChannel): void {
    if (this.#channel !== channel && this.#channel?.readyState === 'open') {
      throw new NotADatagramError('another channel is open');
    }
    // A copy, so that what is sent is what was looked at.
    const copy = Uint8Array.from(bytes);
    if (copy.byteLength !== DATAGRAM_BYTES) throw new NotADatagramError(`${String(copy.byteLength)} bytes`);
    const parsed = parseDatagram(copy);
    if (parsed === null) throw new NotADatagramError('bytes that no datagram has');
    if (this.#made.get(parsed.window) !== hexOf(copy)) throw new NotADatagramError('bytes that were not made here');
    this.#channel = channel;
    channel.send(copy);
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
