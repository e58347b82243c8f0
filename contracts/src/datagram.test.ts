import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ABSTAIN_REASONS,
  DATAGRAM_BYTES,
  encodeDatagram,
  parseDatagram,
  type SignalDatagram,
  type WindowOutcome,
} from './datagram.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const outcome = fc.oneof(
  fc.record({ kind: fc.constant('score' as const), score: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('abstain' as const) }),
);
const datagram: fc.Arbitrary<SignalDatagram> = fc.record({
  window: uint32,
  outcome,
  modelTag: uint32,
});
const BITS = [1, 2, 4, 8, 16, 32, 64, 128];

function turned(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  return bytes.map((byte, place) => (place === at ? byte ^ bit : byte));
}

describe('signal datagram', () => {
  it('comes back as it was sent, the score within half a step', () => {
    fc.assert(
      fc.property(datagram, (sent) => {
        const bytes = encodeDatagram(sent);
        expect(bytes.byteLength).toBe(DATAGRAM_BYTES);
        const received = parseDatagram(bytes);
        if (received === null) throw new Error('a datagram of ours was refused');
        expect({ ...received, outcome: null }).toEqual({ ...sent, outcome: null });
        if (sent.outcome.kind === 'score' && received.outcome.kind === 'score') {
          expect(Math.abs(received.outcome.score - sent.outcome.score)).toBeLessThanOrEqual(0.5 / 65_535 + 1e-12);
        } else {
          expect(received.outcome).toEqual(sent.outcome);
        }
      }),
    );
  });

  it('says of a window the score and nothing else', () => {
    const bytes = encodeDatagram({ window: 258, outcome: { kind: 'score', score: 1 }, modelTag: 7 });
    expect([...bytes]).toEqual([1, 4, 0, 0, 0, 0, 1, 2, 255, 255, 0, 0, 0, 7, 0, 0]);
  });

  it('says of an abstention nothing but that: every reason of the device is the same 16 bytes', () => {
    for (const reason of ABSTAIN_REASONS) {
      const outcome: WindowOutcome = { kind: 'abstain', reason };
      const bytes = encodeDatagram({ window: 258, outcome, modelTag: 7 });
      expect([...bytes], reason).toEqual([1, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0]);
    }
  });

  it('is refused when it says more of an abstention', () => {
    const told = encodeDatagram({ window: 1, outcome: { kind: 'abstain' }, modelTag: 7 });
    expect(parseDatagram(told)?.outcome).toEqual({ kind: 'abstain' });
    for (let code = 0; code <= 255; code += 1) {
      expect(parseDatagram(Uint8Array.from(told).fill(code, 2, 3)) === null, `byte 2: ${String(code)}`).toBe(
        code !== 1,
      );
    }
  });

  it('has of flags none but the one that there is a score', () => {
    const scored = encodeDatagram({ window: 1, outcome: { kind: 'score', score: 0 }, modelTag: 7 });
    const abstained = encodeDatagram({ window: 1, outcome: { kind: 'abstain' }, modelTag: 7 });
    for (let flags = 0; flags <= 255; flags += 1) {
      const taken = (bytes: Uint8Array) => parseDatagram(Uint8Array.from(bytes).fill(flags, 1, 2)) !== null;
      expect([taken(scored), taken(abstained)], `byte 1: ${String(flags)}`).toEqual([flags === 4, flags === 0]);
    }
  });

  it('is refused with any bit turned that is of no number: of the window, of the model, or of a score that it has', () => {
    fc.assert(
      fc.property(datagram, (sent) => {
        const bytes = encodeDatagram(sent);
        const refusedBits = Array.from(
          bytes,
          (_, at) => BITS.filter((bit) => parseDatagram(turned(bytes, at, bit)) === null).length,
        );
        const ofScore = sent.outcome.kind === 'score' ? 0 : 8;
        expect(refusedBits).toEqual([8, 8, 8, 8, 0, 0, 0, 0, ofScore, ofScore, 0, 0, 0, 0, 8, 8]);
      }),
    );
  });

  it('leaves no room for anything else: whatever parses is encoded to the very same bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 0, maxLength: 32 }),
        datagram,
        fc.nat(15),
        fc.nat(255),
        (noise, sent, at, value) => {
          const changed = encodeDatagram(sent);
          changed[at] = value;
          for (const bytes of [noise, changed]) {
            const received = parseDatagram(bytes);
            if (received !== null) expect(encodeDatagram(received)).toEqual(Uint8Array.from(bytes));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('refuses to encode a number that does not fit its field', () => {
    const fine: SignalDatagram = { window: 1, outcome: { kind: 'score', score: 0.5 }, modelTag: 7 };
    expect(() => encodeDatagram({ ...fine, window: -1 })).toThrow(RangeError);
    expect(() => encodeDatagram({ ...fine, modelTag: 2 ** 32 })).toThrow(RangeError);
    expect(() => encodeDatagram({ ...fine, outcome: { kind: 'score', score: Number.NaN } })).toThrow(RangeError);
  });

  it('reads a datagram out of the middle of a larger buffer', () => {
    const bytes = encodeDatagram({ window: 42, outcome: { kind: 'abstain' }, modelTag: 1 });
    const larger = new Uint8Array(40);
    larger.set(bytes, 9);
    expect(parseDatagram(larger.subarray(9, 25))?.window).toBe(42);
  });
});
