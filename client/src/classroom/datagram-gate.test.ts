import { encodeDatagram, parseDatagram, type SignalDatagram } from '@lectern/contracts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DatagramGate, NotADatagramError, type GatedChannel, type MadeDatagram } from './datagram-gate.ts';

const signal = (window: number, rest: Partial<SignalDatagram> = {}): SignalDatagram => ({
  window,
  outcome: { kind: 'score', score: 0.86 },
  modelTag: 7,
  ...rest,
});

/** A channel that keeps what was sent. */
class KeptChannel implements GatedChannel {
  readyState: RTCDataChannelState = 'open';
  readonly sent: Uint8Array[] = [];
  send(data: unknown): void {
    this.sent.push(data as Uint8Array);
  }
}

describe('the gate of the data channel', () => {
  let nowMs: number;
  let gate: DatagramGate;
  let channel: KeptChannel;
  beforeEach(() => {
    nowMs = 0;
    gate = new DatagramGate(() => nowMs);
    channel = new KeptChannel();
  });
  /** Refused, and nothing sent. */
  const refuses = (bytes: Uint8Array, through = channel) => {
    const before = through.sent.length;
    expect(() => {
      gate.pass(bytes as MadeDatagram, through);
    }).toThrow(NotADatagramError);
    expect(through.sent).toHaveLength(before);
  };

  it('lets each datagram through that it made, as often as it is sent again', () => {
    const bytes = gate.make(signal(3), 20_000)!;
    gate.pass(bytes, channel);
    gate.pass(bytes, channel);
    expect(channel.sent).toEqual([bytes, bytes]);
    expect(parseDatagram(channel.sent[0]!)).toMatchObject({ window: 3, modelTag: 7 });
  });

  it('lets nothing else through: more bytes, fewer, others, a well-formed datagram that it did not make', () => {
    const made = gate.make(signal(3), 20_000)!;
    refuses(Uint8Array.from([...made, 1, 2, 3]));
    refuses(made.subarray(0, 15));
    refuses(new Uint8Array(0));
    refuses(encodeDatagram(signal(4)));
    refuses(encodeDatagram(signal(3, { outcome: { kind: 'abstain' } })));
    refuses(encodeDatagram(signal(3, { modelTag: 8 })));
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(made);
        changed[at] = (changed[at] ?? 0) ^ by;
        refuses(changed);
      }),
    );
  });

  it('sends what it looked at, though the bytes are changed a moment later', () => {
    const bytes = gate.make(signal(3), null)!;
    gate.pass(bytes, channel);
    bytes[9] = 1;
    expect(parseDatagram(channel.sent[0]!)?.outcome).toEqual({ kind: 'score', score: 56_360 / 65_535 });
    refuses(bytes);
  });

  it('serves one channel at a time, and another once that is closed', () => {
    const bytes = gate.make(signal(3), null)!;
    gate.pass(bytes, channel);
    const second = new KeptChannel();
    refuses(bytes, second);
    channel.readyState = 'closed';
    gate.pass(bytes, second);
    expect(second.sent).toHaveLength(1);
  });

  it('makes one datagram a window, of one model, of windows near the class clock', () => {
    expect(gate.make(signal(100), 505_000)).not.toBeNull();
    expect(gate.make(signal(100, { outcome: { kind: 'abstain' } }), 505_000)).toBeNull();
    expect(gate.make(signal(101, { modelTag: 0xdead_beef }), 510_000)).toBeNull();
    for (const window of [0, 80, 120, 0xffff_ffff])
      expect(gate.make(signal(window), 510_000), String(window)).toBeNull();
    // A little late, a little early, or while the clock is not known.
    expect(gate.make(signal(99), 510_000)).not.toBeNull();
    expect(gate.make(signal(102), 510_000)).not.toBeNull();
    expect(gate.make(signal(500), null)).not.toBeNull();
  });

  it('makes no more of them than windows end', () => {
    const made = Array.from({ length: 60 }, (_, window) => gate.make(signal(window), null)).filter(Boolean);
    expect(made).toHaveLength(15);
    nowMs = 59_000;
    expect(gate.make(signal(100), null)).toBeNull();
    nowMs = 60_000;
    expect(gate.make(signal(101), null)).not.toBeNull();
  });

  it('throws for numbers that do not fit, as the datagram does', () => {
    expect(() => gate.make(signal(1.5), null)).toThrow(RangeError);
    expect(() => gate.make(signal(1, { outcome: { kind: 'score', score: 2 } }), null)).toThrow(RangeError);
  });
});
