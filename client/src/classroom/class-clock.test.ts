import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClassClock } from './class-clock.ts';

/** A local clock that the test moves, and a server clock that runs at its own rate from its own start. */
function clocks(offsetMs: number, drift = 0) {
  let localMs = 1000;
  const clock = new ClassClock(() => localMs);
  const serverMs = (): number => localMs * (1 + drift) + offsetMs;
  return {
    clock,
    serverMs,
    pass: (ms: number): void => {
      localMs += ms;
    },
    /** One round trip that takes these two times. */
    roundTrip: (thereMs: number, backMs: number): void => {
      const sentMs = localMs;
      localMs += thereMs;
      const classMs = serverMs();
      localMs += backMs;
      clock.add(sentMs, localMs, classMs);
    },
  };
}

describe('ClassClock', () => {
  it('knows nothing before the first round trip', () => {
    const { clock } = clocks(50_000);
    expect(clock.shownMs()).toBeNull();
    expect(clock.isSure()).toBe(false);
    expect(clock.errorMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('shows a hint of the snapshot but places no window by it', () => {
    const { clock, pass } = clocks(50_000);
    clock.hint(51_000);
    pass(200);
    expect(clock.shownMs()).toBe(51_200);
    expect(clock.isSure()).toBe(false);
  });

  it('is exact when both ways take the same time', () => {
    const { clock, roundTrip, serverMs } = clocks(50_000);
    roundTrip(30, 30);
    expect(clock.isSure()).toBe(true);
    expect(clock.shownMs()).toBeCloseTo(serverMs(), 6);
  });

  it('abstains while every round trip is too slow to tell', () => {
    const { clock, roundTrip } = clocks(50_000);
    roundTrip(10, 300);
    roundTrip(200, 200);
    expect(clock.isSure()).toBe(false);
    expect(clock.shownMs()).not.toBeNull();
    roundTrip(20, 20);
    // The better sample excludes what was shown; it is slewed to, and sure once the rest is below the bound.
    expect(clock.errorMs()).toBeLessThan(300);
  });

  it('never errs by more than it says, whatever the ways take', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        fc.double({ min: -90e-6, max: 90e-6, noNaN: true }),
        fc.array(fc.tuple(fc.nat(400), fc.nat(400), fc.nat(60_000)), { minLength: 1, maxLength: 30 }),
        (offset, drift, trips) => {
          const { clock, roundTrip, pass, serverMs } = clocks(offset + 2e7, drift);
          for (const [there, back, gap] of trips) {
            roundTrip(there, back);
            pass(gap);
            const shown = clock.shownMs() ?? Number.NaN;
            expect(Math.abs(shown - serverMs())).toBeLessThanOrEqual(clock.errorMs() + 0.001);
            if (clock.isSure()) expect(Math.abs(shown - serverMs())).toBeLessThan(100);
          }
        },
      ),
      {
        examples: [
          [0, 90e-6, [[0, 400, 0]]],
          [0, -90e-6, [[400, 0, 60_000]]],
        ],
      },
    );
  });

  it('never runs backwards and closes a small error gradually', () => {
    const { clock, roundTrip, pass, serverMs } = clocks(50_000);
    roundTrip(90, 0);
    const wrong = (clock.shownMs() ?? 0) - serverMs();
    expect(Math.abs(wrong)).toBeCloseTo(45, 5);
    roundTrip(1, 1);
    let before = clock.shownMs() ?? 0;
    for (let step = 0; step < 100; step++) {
      pass(20);
      const shown = clock.shownMs() ?? 0;
      expect(shown).toBeGreaterThan(before);
      expect(shown - before).toBeLessThan(20 * 1.06);
      before = shown;
    }
    expect(before).toBeCloseTo(serverMs(), 3);
  });

  it('steps when it was wrong by far', () => {
    const { clock, roundTrip, serverMs } = clocks(50_000);
    clock.hint(10_000);
    roundTrip(10, 10);
    expect(clock.isSure()).toBe(true);
    expect(clock.shownMs()).toBeCloseTo(serverMs(), 6);
  });

  it('grows unsure with age and abstains in the end', () => {
    const { clock, roundTrip, pass } = clocks(50_000);
    roundTrip(40, 40);
    expect(clock.isSure()).toBe(true);
    pass(15 * 60_000);
    expect(clock.isSure()).toBe(false);
  });

  it('believes the newest sample when the clock of the server was set', () => {
    let localMs = 0;
    const clock = new ClassClock(() => localMs);
    // The older sample is the tighter one; it is of a clock that is not so any more.
    clock.add(0, 2, 5000);
    localMs = 60_000;
    clock.add(59_960, 60_000, 1_000_000);
    expect(clock.shownMs()).toBeCloseTo(1_000_020, 6);
    expect(clock.errorMs()).toBeCloseTo(20.004, 6);
  });

  it('forgets all on reset', () => {
    const { clock, roundTrip } = clocks(50_000);
    roundTrip(10, 10);
    clock.reset();
    expect(clock.shownMs()).toBeNull();
  });
});
