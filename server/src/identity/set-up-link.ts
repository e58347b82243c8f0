import { LecternError } from '@lectern/contracts';
import { hashToken, newToken, tokenMatches } from './token.ts';

/** The link that creates the first account. It lives in memory: each start makes a new one, until it was used. */
export class SetUpLink {
  readonly #hash: Uint8Array;
  readonly token: string;
  #used = false;

  constructor() {
    this.token = newToken();
    this.#hash = hashToken(this.token);
  }

  /** Throws `link-used` once somebody runs the platform, `link-wrong` for any other token. */
  require(token: string, operatorExists: boolean): void {
    if (operatorExists || this.#used) throw new LecternError('link-used');
    if (!tokenMatches(token, this.#hash)) throw new LecternError('link-wrong');
  }

  /** Runs the set-up once: a second one at the same time finds the link used. */
  async use<T>(token: string, operatorExists: boolean, work: () => Promise<T>): Promise<T> {
    this.require(token, operatorExists);
    this.#used = true;
    try {
      return await work();
    } catch (error) {
      this.#used = false;
      throw error;
    }
  }
}
