import type { Response } from 'k6/http';

/** Why a request was not answered as it should be, in the server's words or, where it said nothing, in k6's. */
export function reasonOf({ status, body, error }: Response): string {
  return `${status} ${typeof body === 'string' && body !== '' ? body : error}`;
}
