import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptLimit } from './attempt-limit.ts';

const MINUTE_MS = 60_000;

function limit(attempts: number) {
  const clock = { nowMs: 0 };
  return { clock, limit: new AttemptLimit({ attempts, forgottenAfterMs: 15 * MINUTE_MS, nowMs: () => clock.nowMs }) };
}

const refused = (one: AttemptLimit, key: string) => {
  try {
    one.check(key);
    return null;
  } catch (error) {
    return (error as { retryAfterMs: number }).retryAfterMs;
  }
};

describe('a limit on attempts', () => {
  it('bears so many at once, then says how long to wait, and is right about it', () => {
    const { clock, limit: one } = limit(5);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(refused(one, 'a')).toBeNull();
      one.count('a');
    }
    const waitMs = refused(one, 'a') ?? 0;
    expect(waitMs).toBe(3 * MINUTE_MS);
    clock.nowMs += waitMs - 1;
    expect(refused(one, 'a')).not.toBeNull();
    clock.nowMs += 1;
    expect(refused(one, 'a')).toBeNull();
  });

  it('counts each key by itself and forgets one on request', () => {
    const { limit: one } = limit(1);
    one.count('a');
    expect(refused(one, 'a')).not.toBeNull();
    expect(refused(one, 'b')).toBeNull();
    one.forget('a');
    expect(refused(one, 'a')).toBeNull();
  });

  it('never lets more through than it bears in any stretch of its time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 5 * MINUTE_MS })),
        (attempts, gaps) => {
          const { clock, limit: one } = limit(attempts);
          const passed: number[] = [];
          for (const gapMs of gaps) {
            clock.nowMs += gapMs;
            if (refused(one, 'a') !== null) continue;
            one.count('a');
            passed.push(clock.nowMs);
          }
          for (const from of passed) {
            const inStretch = passed.filter((at) => at >= from && at < from + 15 * MINUTE_MS).length;
            expect(inStretch).toBeLessThanOrEqual(2 * attempts);
          }
        },
      ),
    );
  });

  it('keeps a bounded memory under a flood of keys, and forgets the oldest first', () => {
    const { limit: one } = limit(1);
    one.count('first');
    for (let key = 0; key < 50_000; key += 1) one.count(`key ${key}`);
    expect(refused(one, 'first')).toBeNull();
    expect(refused(one, 'key 49999')).not.toBeNull();
  });
});
