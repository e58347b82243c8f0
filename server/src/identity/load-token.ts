import { LecternError } from '@lectern/contracts';
import { BearerToken } from './bearer-token.ts';

/** The token that allows load tests, LECTERN_LOAD_TOKEN. */
export class LoadToken {
  readonly #token: BearerToken | null;

  /** Null: no load test is allowed. */
  constructor(token: string | null, nowMs: () => number) {
    this.#token = token === null ? null : new BearerToken(token, nowMs);
  }

  get allowsLoadTests(): boolean {
    return this.#token !== null;
  }

  /** Passes for a request with this `Authorization` header that carries the token; throws `load-tests-off`, `load-token-wrong` or `too-many`. */
  require(authorization: string | undefined, network: string): void {
    if (this.#token === null) throw new LecternError('load-tests-off');
    if (!this.#token.fits(authorization, network)) throw new LecternError('load-token-wrong');
  }

  /** True for a request that carries the token. A wrong one is counted, and the request is like any other; never throws. */
  carriedBy(authorization: string | undefined, network: string): boolean {
    if (this.#token === null || !BearerToken.isGiven(authorization)) return false;
    try {
      return this.#token.fits(authorization, network);
    } catch {
      return false;
    }
  }
}
