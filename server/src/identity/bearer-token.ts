import { AttemptLimit } from './attempt-limit.ts';
import { hashToken, tokenMatches } from './token.ts';

const FORGOTTEN_AFTER_MS = 15 * 60_000;
const BEARER = /^Bearer +(?<token>[^\s,]{1,200})$/i;

/** A token from the configuration that programs send as `Authorization: Bearer`. Tries are limited by network. */
export class BearerToken {
  readonly #hash: Uint8Array;
  readonly #wrong: AttemptLimit;

  /** `mostWrong`: wrong ones from one network within a quarter of an hour. Whoever uses a token copies it: more than a few are guesses. */
  constructor(token: string, mostWrong: number, nowMs: () => number) {
    this.#hash = hashToken(token);
    this.#wrong = new AttemptLimit({ attempts: mostWrong, forgottenAfterMs: FORGOTTEN_AFTER_MS, nowMs });
  }

  /** True when this `Authorization` header carries the token; a wrong one counts. Throws `too-many` after many. */
  fits(authorization: string | undefined, network: string): boolean {
    const token = BEARER.exec(authorization ?? '')?.groups?.['token'];
    if (token === undefined) return false;
    // Compared first: who guesses behind the same address must not lock out who knows it.
    if (tokenMatches(token, this.#hash)) return true;
    this.#wrong.check(network);
    this.#wrong.count(network);
    return false;
  }

  /** True for a header that carries a token of this kind at all, right or wrong. */
  static isGiven(authorization: string | undefined): boolean {
    return BEARER.test(authorization ?? '');
  }
}
