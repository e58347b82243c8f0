import type { IncomingHttpHeaders } from 'node:http';
import { LecternError } from '@lectern/contracts';
import { BearerToken } from './bearer-token.ts';

/** The token that allows load tests, LECTERN_LOAD_TOKEN. */
export class LoadToken {
  readonly #token: BearerToken | null;
  /** What came of each request so far: several parts ask about the same one, and a wrong token in it is one try. */
  readonly #looks = new WeakMap<IncomingHttpHeaders, boolean | LecternError>();

  /** Null: no load test is allowed. `mostWrong`: wrong ones from one network within a quarter of an hour. */
  constructor(token: string | null, mostWrong: number, nowMs: () => number) {
    this.#token = token === null ? null : new BearerToken(token, mostWrong, nowMs);
  }

  get allowsLoadTests(): boolean {
    return this.#token !== null;
  }

  /** Passes for a request with these headers that carries the token; throws `load-tests-off`, `load-token-wrong` or `too-many`. */
  require(headers: IncomingHttpHeaders, network: string): void {
    if (this.#token === null) throw new LecternError('load-tests-off');
    if (!this.#fits(this.#token, headers, network)) throw new LecternError('load-token-wrong');
  }

  /** True for a request that carries the token. A wrong one is counted, and the request is like any other; never throws. */
  carriedBy(headers: IncomingHttpHeaders, network: string): boolean {
    if (this.#token === null || !BearerToken.isGiven(headers.authorization)) return false;
    try {
      return this.#fits(this.#token, headers, network);
    } catch {
      return false;
    }
  }

  #fits(token: BearerToken, headers: IncomingHttpHeaders, network: string): boolean {
    const look = this.#looks.get(headers) ?? lookAt(token, headers, network);
    this.#looks.set(headers, look);
    if (look instanceof LecternError) throw look;
    return look;
  }
}

/** Whether the token fits, or the refusal where it is not looked at any more. */
function lookAt(token: BearerToken, headers: IncomingHttpHeaders, network: string): boolean | LecternError {
  try {
    return token.fits(headers.authorization, network);
  } catch (error) {
    if (error instanceof LecternError) return error;
    throw error;
  }
}
