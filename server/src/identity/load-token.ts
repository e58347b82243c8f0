import { LecternError } from '@lectern/contracts';
import { AttemptLimit } from './attempt-limit.ts';
import { hashToken, tokenMatches } from './token.ts';

/** Whoever runs a load test copies the token; a script that guesses is stopped long before it has tried anything. */
const WRONG_TOKENS = { attempts: 20, forgottenAfterMs: 15 * 60_000 };
const BEARER = /^Bearer +(?<token>[^\s,]{1,200})$/i;

/** The token that allows load tests, LECTERN_LOAD_TOKEN. */
export class LoadToken {
  readonly #hash: Uint8Array | null;
  readonly #wrong: AttemptLimit;

  /** Null: no load test is allowed. */
  constructor(token: string | null, nowMs: () => number) {
    this.#hash = token === null ? null : hashToken(token);
    this.#wrong = new AttemptLimit({ ...WRONG_TOKENS, nowMs });
  }

  /** Passes for a request with this `Authorization` header that carries the token; throws `load-tests-off`, `load-token-wrong` or `too-many`. */
  require(authorization: string | undefined, network: string): void {
    if (this.#hash === null) throw new LecternError('load-tests-off');
    this.#wrong.check(network);
    if (this.#fits(authorization)) return;
    this.#wrong.count(network);
    throw new LecternError('load-token-wrong');
  }

  /** True for a request that carries the token. A wrong one is counted, and the request is like any other; never throws. */
  carriedBy(authorization: string | undefined, network: string): boolean {
    if (this.#hash === null || !BEARER.test(authorization ?? '')) return false;
    try {
      this.require(authorization, network);
      return true;
    } catch {
      return false;
    }
  }

  #fits(authorization: string | undefined): boolean {
    const token = BEARER.exec(authorization ?? '')?.groups?.['token'];
    return token !== undefined && this.#hash !== null && tokenMatches(token, this.#hash);
  }
}
