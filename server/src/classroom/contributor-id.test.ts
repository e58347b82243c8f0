import { connectionQuality } from '@lectern/contracts';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contributorId } from './contributor-id.ts';
import { somebody } from './test-people.ts';

describe('contributor ids', () => {
  it('are the same for a seat in its class, and tell nothing across classes', () => {
    const { seatId } = somebody('Sam');
    const [secret, other] = [randomBytes(32), randomBytes(32)];
    expect(contributorId(secret, seatId)).toBe(contributorId(secret, seatId));
    expect(contributorId(secret, seatId)).not.toBe(contributorId(other, seatId));
    expect(contributorId(secret, seatId)).not.toBe(contributorId(secret, somebody('Kim').seatId));
    expect(contributorId(secret, seatId)).not.toBe(seatId);
  });

  it('are the first 16 bytes of the HMAC-SHA-256, marked as a version 8 UUID', () => {
    const seatId = '00000000-0000-4000-8000-000000000001' as ReturnType<typeof somebody>['seatId'];
    // printf %s 00000000-0000-4000-8000-000000000001 | openssl dgst -sha256 -mac HMAC -macopt hexkey:00..00 (32 bytes)
    expect(contributorId(new Uint8Array(32), seatId)).toBe('650a47e1-0f2f-8bf3-b281-caf319521025');
  });
});

describe('connection quality', () => {
  it.each([
    [40, 0, 'good'],
    [40, 0.05, 'fair'],
    [500, 0, 'fair'],
    [900, 0, 'poor'],
    [40, 0.2, 'poor'],
  ])('of %d ms and %d loss is %s', (rttMs, lossShare, quality) => {
    expect(connectionQuality(rttMs, lossShare)).toBe(quality);
  });
});
