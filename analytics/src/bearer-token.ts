import { createHash, timingSafeEqual } from 'node:crypto';

/** Tells whether an Authorization header carries `token`; takes the same time wherever they differ. */
export function bearerCheck(token: string): (header: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (header) => timingSafeEqual(digest(header ?? ''), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
