import { ERRORS, type ErrorCode } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { finalReason, reconnectDelayMs, sleptBetween } from './reconnect-policy.ts';

describe('reconnectDelayMs', () => {
  it('doubles up to five seconds and spreads by half', () => {
    const longest = [1, 2, 3, 4, 5, 6, 20].map((attempt) => reconnectDelayMs(attempt, {}, () => 1));
    expect(longest).toEqual([300, 600, 1200, 2400, 4800, 5000, 5000]);
    const shortest = [1, 2, 3, 4, 5, 6, 20].map((attempt) => reconnectDelayMs(attempt, {}, () => 0));
    expect(shortest).toEqual([150, 300, 600, 1200, 2400, 2500, 2500]);
  });

  it('is back within ten seconds of a server that was away for four, even with the worst luck', () => {
    let atMs = 0;
    let attempt = 1;
    while (atMs < 4000) atMs += reconnectDelayMs(attempt++, {}, () => 1);
    expect(atMs).toBeLessThan(10_000);
  });

  it('lets nobody wait more than a second for whoever teaches or is on the stage', () => {
    const longest = [1, 2, 3, 4, 20].map((attempt) => reconnectDelayMs(attempt, { isAwaited: true }, () => 1));
    expect(longest).toEqual([300, 600, 1000, 1000, 1000]);
    expect(reconnectDelayMs(1, { retryAfterMs: 4000, isAwaited: true }, () => 0)).toBe(4000);
  });

  it('waits at least as long as the server asks, and spreads the crowd', () => {
    expect(reconnectDelayMs(1, { retryAfterMs: 4000 }, () => 0)).toBe(4000);
    expect(reconnectDelayMs(9, { retryAfterMs: 4000 }, () => 1)).toBe(6000);
  });
});

describe('finalReason', () => {
  it('tries again only where time can help', () => {
    const passing = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => finalReason(code) === null);
    expect(passing.sort()).toEqual(['class-full', 'class-locked', 'internal', 'too-many', 'unavailable']);
  });

  it('tells the endings apart', () => {
    expect(finalReason('class-ended')).toBe('class-ended');
    expect(finalReason('removed')).toBe('removed');
    expect(finalReason('protocol-old')).toBe('protocol-old');
    expect(finalReason('seat-wrong')).toBe('refused');
  });
});

describe('sleptBetween', () => {
  it('takes a long gap for sleep and a busy second not', () => {
    expect(sleptBetween(0, 1100)).toBe(false);
    expect(sleptBetween(0, 30_000)).toBe(true);
  });
});
