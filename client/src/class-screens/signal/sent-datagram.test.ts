import { ABSTAIN_REASONS, encodeDatagram, type WindowOutcome } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { DATAGRAM_FIELDS, formatScore, hexOf, viewDatagram } from './sent-datagram.ts';

const scored = encodeDatagram({
  window: 258,
  outcome: { kind: 'score', score: 0.86 },
  modelTag: 0xdeadbeef,
});

describe('viewDatagram', () => {
  it('shows each field of a scored window with its bytes', () => {
    const view = viewDatagram(scored);
    expect(view?.score).toBeCloseTo(0.86, 4);
    expect(view?.fields).toEqual([
      { field: 'version', hex: '01', value: '1' },
      { field: 'flags', hex: '04', value: '100' },
      { field: 'abstained', hex: '00', value: '0' },
      { field: 'empty', hex: '00', value: '0' },
      { field: 'window', hex: '00 00 01 02', value: '258' },
      { field: 'score', hex: 'dc 28', value: '0.86' },
      { field: 'model', hex: 'de ad be ef', value: 'deadbeef' },
      { field: 'empty', hex: '00 00', value: '0' },
    ]);
  });

  it('shows of a window that could not be told what was sent, whatever the reason: that, and nothing else', () => {
    const views = ABSTAIN_REASONS.map((reason) => {
      const outcome: WindowOutcome = { kind: 'abstain', reason };
      return viewDatagram(encodeDatagram({ window: 3, outcome, modelTag: 1 }));
    });
    expect(views[0]?.score).toBeNull();
    expect(views[0]?.fields.slice(1, 3)).toEqual([
      { field: 'flags', hex: '00', value: '000' },
      { field: 'abstained', hex: '01', value: '1' },
    ]);
    for (const view of views) expect(view).toEqual(views[0]);
  });

  it('shows every byte exactly once', () => {
    const shown = viewDatagram(scored)
      ?.fields.map(({ hex }) => hex)
      .join(' ');
    expect(shown).toBe(hexOf(scored));
    expect(DATAGRAM_FIELDS.at(-1)?.to).toBe(16);
  });

  it('is null for bytes that are no datagram', () => {
    expect(viewDatagram(new Uint8Array(15))).toBeNull();
    expect(viewDatagram(new Uint8Array(16).fill(255))).toBeNull();
  });
});

describe('formatScore', () => {
  it('has two decimals in the mark of the language', () => {
    expect(formatScore(1)).toBe('1.00');
    expect(formatScore(0.856, 'de')).toBe('0,86');
  });
});
