import { createHmac } from 'node:crypto';
import { contributorIdSchema } from '@lectern/contracts';
import type { ContributorId, SeatId } from '@lectern/contracts';

const UUID_BYTES = 16;

/**
 * The pseudonym of a seat in the analytics store: HMAC-SHA-256 of the seat id under the class's secret, its first 16
 * bytes written as a UUID (version 8, RFC 9562). Once the secret is wiped nobody can derive it again.
 */
export function contributorId(classSecret: Uint8Array, seatId: SeatId): ContributorId {
  const bytes = createHmac('sha256', classSecret).update(seatId).digest().subarray(0, UUID_BYTES);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return contributorIdSchema.parse(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
  );
}
