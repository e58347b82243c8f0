import { ABSTAIN_REASONS, encodeDatagram, parseDatagram } from '@lectern/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFromWorker } from './protocol.ts';

const WINDOW = {
  type: 'window',
  windowIndex: 7,
  outcome: { kind: 'score', score: 56_361 / 65_535 },
};
const COST = { type: 'cost', frames: 25, frameP50Ms: 12, frameP95Ms: 20, scoreMs: 1, lateMs: 3, targetHz: 5 };

describe('messages from the worker', () => {
  it('lets through what the protocol names, and nothing more of it', () => {
    for (const message of [
      WINDOW,
      COST,
      { type: 'ready' },
      { type: 'want-bitmap' },
      { type: 'frames-ended' },
      { type: 'failed', failure: 'model-failed', detail: 'why' },
      ...ABSTAIN_REASONS.map((reason) => ({ ...WINDOW, outcome: { kind: 'abstain', reason } })),
    ]) {
      expect(parseFromWorker(message)).toEqual(message);
    }
  });

  it('refuses whatever else: other types, missing or additional keys, wrong ranges', () => {
    for (const message of [
      null,
      [],
      'ready',
      { type: 'frame', pixels: [1, 2] },
      { type: 'ready', extra: 1 },
      { ...WINDOW, gaze: [1, 2] },
      { ...WINDOW, windowIndex: -1 },
      { ...WINDOW, windowIndex: 1.5 },
      { ...WINDOW, windowIndex: 2 ** 32 },
      { ...WINDOW, pageVisible: true },
      { ...WINDOW, outcome: { kind: 'score', score: 1.01 } },
      { ...WINDOW, outcome: { kind: 'score', score: Number.NaN } },
      { ...WINDOW, outcome: { kind: 'score', score: 0.5, yaw: 3 } },
      { ...WINDOW, outcome: { kind: 'abstain', reason: 'bored' } },
      { ...WINDOW, outcome: { kind: 'abstain', reason: 'brief', score: 0.2 } },
      { ...COST, frames: 'many' },
      { ...COST, scoreMs: 1e9 },
      { ...COST, lateMs: Number.POSITIVE_INFINITY },
      { type: 'failed', failure: 'other', detail: '' },
    ]) {
      expect(parseFromWorker(message), JSON.stringify(message)).toBeNull();
    }
  });

  it('never throws, and whatever passes fits into a datagram', () => {
    const score = fc.oneof(fc.double(), fc.constantFrom(0, 1, -0));
    const outcome = fc.oneof(
      fc.record({ kind: fc.constant('score'), score }),
      fc.record({ kind: fc.constant('abstain'), reason: fc.constantFrom(...ABSTAIN_REASONS, 'x') }),
      fc.anything(),
    );
    const message = fc.record({
      type: fc.constant('window'),
      windowIndex: fc.oneof(fc.integer(), fc.nat({ max: 0xffff_ffff }), fc.double()),
      outcome,
    });
    fc.assert(
      fc.property(fc.oneof(message, fc.anything()), (value) => {
        const parsed = parseFromWorker(value);
        if (parsed?.type !== 'window') return;
        const { windowIndex: window } = parsed;
        const bytes = encodeDatagram({ window, outcome: parsed.outcome, modelTag: 1 });
        expect(bytes).toHaveLength(16);
        expect(parseDatagram(bytes)?.window).toBe(window);
      }),
    );
  });

  it('rounds every number to what it is used for, so that none has room for another', () => {
    const score = (value: number) => {
      const parsed = parseFromWorker({ ...WINDOW, outcome: { kind: 'score', score: value } });
      return parsed?.type === 'window' && parsed.outcome.kind === 'score' ? parsed.outcome.score * 65_535 : Number.NaN;
    };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
        expect(score(value)).toBeCloseTo(Math.round(value * 65_535), 6);
      }),
    );
    expect(parseFromWorker({ ...COST, frameP50Ms: 12.345_678_9, lateMs: -0 })).toEqual({
      ...COST,
      frameP50Ms: 12.35,
      lateMs: 0,
    });
  });

  it('cuts the detail of a failure short', () => {
    const parsed = parseFromWorker({ type: 'failed', failure: 'model-failed', detail: 'x'.repeat(10_000) });
    expect(parsed).toMatchObject({ detail: 'x'.repeat(300) });
  });
});
