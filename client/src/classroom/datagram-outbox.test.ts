import type { WindowOutcome } from '@lectern/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatagramGate } from './datagram-gate.ts';
import { DatagramOutbox, KEEP_MS, SHOWN } from './datagram-outbox.ts';

const outcome: WindowOutcome = { kind: 'score', score: 0.5 };

function datagram(window: number, atMs: number) {
  const bytes = new DatagramGate().make({ window, outcome, modelTag: 1 }, null)!;
  return { at: new Date(atMs), bytes, window, outcome };
}

const statesOf = (outbox: DatagramOutbox) => outbox.shown.map(({ window, state }) => [window, state]);

describe('DatagramOutbox', () => {
  it('keeps what was not acknowledged, for two minutes', () => {
    const outbox = new DatagramOutbox();
    outbox.add(datagram(1, 0));
    outbox.add(datagram(2, 5000));
    expect(outbox.waiting(new Date(KEEP_MS)).map(({ window }) => window)).toEqual([1, 2]);
    expect(outbox.waiting(new Date(KEEP_MS + 1)).map(({ window }) => window)).toEqual([2]);
    expect(statesOf(outbox)).toEqual([
      [1, 'not-counted'],
      [2, 'waiting'],
    ]);
  });

  it('follows the server on each window', () => {
    const outbox = new DatagramOutbox();
    for (const window of [1, 2, 3]) outbox.add(datagram(window, 0));
    outbox.acknowledge([1], [3]);
    expect(statesOf(outbox)).toEqual([
      [1, 'stored'],
      [2, 'waiting'],
      [3, 'not-counted'],
    ]);
  });

  it('lets the first datagram of a window stand', () => {
    const outbox = new DatagramOutbox();
    expect(outbox.add(datagram(7, 0))).toBe(true);
    expect(outbox.add(datagram(7, 100))).toBe(false);
    expect(outbox.shown).toHaveLength(1);
  });

  it('gives up what waits when the permission is taken back, and leaves what is stored', () => {
    const outbox = new DatagramOutbox();
    outbox.add(datagram(1, 0));
    outbox.add(datagram(2, 0));
    outbox.acknowledge([1], []);
    outbox.abandon();
    expect(statesOf(outbox)).toEqual([
      [1, 'stored'],
      [2, 'not-counted'],
    ]);
    expect(outbox.waiting(new Date(0))).toEqual([]);
  });

  it('shows the last sixty', () => {
    const outbox = new DatagramOutbox();
    for (let window = 0; window < SHOWN + 5; window++) outbox.add(datagram(window, window * 5000));
    expect(outbox.shown).toHaveLength(SHOWN);
    expect(outbox.shown[0]?.window).toBe(5);
  });

  /** A student's device against a server that may lose any connection: what a device does, step by step. */
  type Step =
    | { kind: 'window' }
    | { kind: 'acknowledge'; windows: number[]; late: number[] }
    | { kind: 'reopen' }
    | { kind: 'wait'; ms: number };
  const steps: fc.Arbitrary<Step[]> = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Step>({ kind: 'window' }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('acknowledge' as const),
          windows: fc.array(fc.nat(60)),
          late: fc.array(fc.nat(60)),
        }),
      },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reopen' }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(90_000) }) },
    ),
    { maxLength: 120 },
  );

  it('never loses a young window, never sends a settled one, never changes a verdict', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const outbox = new DatagramOutbox();
        const made = new Map<number, number>();
        const verdicts = new Map<number, string>();
        let nowMs = 0;
        let next = 0;
        for (const step of plan) {
          if (step.kind === 'window') {
            nowMs += 5000;
            made.set(next, nowMs);
            outbox.add(datagram(next++, nowMs));
          } else if (step.kind === 'acknowledge') outbox.acknowledge(step.windows, step.late);
          else if (step.kind === 'wait') nowMs += step.ms;
          else outbox.expire(new Date(nowMs));

          for (const { window, state } of outbox.shown) {
            const before = verdicts.get(window);
            if (before !== undefined) expect(state).toBe(before);
            if (state !== 'waiting') verdicts.set(window, state);
          }
          const again = outbox.waiting(new Date(nowMs)).map(({ window }) => window);
          expect(again).toEqual([...again].sort((a, b) => a - b));
          for (const window of again) expect(verdicts.has(window)).toBe(false);
          for (const [window, atMs] of made)
            if (nowMs - atMs <= KEEP_MS && !verdicts.has(window)) expect(again).toContain(window);
          for (const { window, state } of outbox.shown) if (state !== 'waiting') verdicts.set(window, state);
        }
      }),
    );
  });
});
