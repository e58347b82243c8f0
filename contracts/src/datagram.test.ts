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
  facePresent: fc.boolean(),
  pageVisible: fc.boolean(),
  outcome,
  modelTag: uint32,
});
const NOTHING_SAID = { facePresent: false, pageVisible: false };

describe('signal datagram', () => {
  it('comes back as it was sent, the score within half a step', () => {
    fc.assert(
      fc.property(datagram, (sent) => {
        const bytes = encodeDatagram(sent);
        expect(bytes.byteLength).toBe(DATAGRAM_BYTES);
        const received = parseDatagram(bytes);
        if (received === null) throw new Error('a datagram of ours was refused');
        const said = sent.outcome.kind === 'score' ? sent : { ...sent, ...NOTHING_SAID };
        expect({ ...received, outcome: null }).toEqual({ ...said, outcome: null });
        if (sent.outcome.kind === 'score' && received.outcome.kind === 'score') {
          expect(Math.abs(received.outcome.score - sent.outcome.score)).toBeLessThanOrEqual(0.5 / 65_535 + 1e-12);
        } else {
          expect(received.outcome).toEqual(sent.outcome);
        }
      }),
    );
  });

  it('says of an abstention nothing but that: every reason of the device, with any flags, is the same 16 bytes', () => {
    const sent = ABSTAIN_REASONS.flatMap((reason) =>
      [0, 1, 2, 3].map((flags) => {
        const known: WindowOutcome = { kind: 'abstain', reason };
        const signal = {
          window: 258,
          facePresent: flags % 2 === 1,
          pageVisible: flags > 1,
          outcome: known,
          modelTag: 7,
        };
        return [...encodeDatagram(signal)];
      }),
    );
    for (const bytes of sent) expect(bytes).toEqual([1, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0]);
  });

  it('is refused when it says more of an abstention', () => {
    const told = encodeDatagram({ window: 1, ...NOTHING_SAID, outcome: { kind: 'abstain' }, modelTag: 7 });
    expect(parseDatagram(told)?.outcome).toEqual({ kind: 'abstain' });
    for (let code = 0; code <= 255; code += 1) {
      expect(parseDatagram(Uint8Array.from(told).fill(code, 2, 3)) === null, `byte 2: ${String(code)}`).toBe(
        code !== 1,
      );
    }
    for (const flags of [1, 2, 3]) expect(parseDatagram(Uint8Array.from(told).fill(flags, 1, 2))).toBeNull();
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
    const fine: SignalDatagram = {
      window: 1,
      facePresent: true,
      pageVisible: true,
      outcome: { kind: 'score', score: 0.5 },
      modelTag: 7,
    };
    expect(() => encodeDatagram({ ...fine, window: -1 })).toThrow(RangeError);
    expect(() => encodeDatagram({ ...fine, modelTag: 2 ** 32 })).toThrow(RangeError);
    expect(() => encodeDatagram({ ...fine, outcome: { kind: 'score', score: Number.NaN } })).toThrow(RangeError);
  });

  it('reads a datagram out of the middle of a larger buffer', () => {
    const bytes = encodeDatagram({
      window: 42,
      facePresent: false,
      pageVisible: true,
      outcome: { kind: 'abstain' },
      modelTag: 1,
    });
    const larger = new Uint8Array(40);
    larger.set(bytes, 9);
    expect(parseDatagram(larger.subarray(9, 25))?.window).toBe(42);
  });
});
