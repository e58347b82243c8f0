import { expect, it } from 'vitest';
import { handshakeSchema } from '@lectern/contracts';
import { randomUuid } from './random-uuid.ts';

it('makes a valid UUID, another one each time', () => {
  const ids = Array.from({ length: 200 }, randomUuid);
  for (const id of ids) expect(handshakeSchema.shape.pageId.safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
