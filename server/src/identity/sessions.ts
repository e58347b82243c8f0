import type { AccountId } from '@lectern/contracts';
import type { Database } from '../store/database.ts';
import { hashToken, newToken } from './token.ts';

const DAY_MS = 86_400_000;
/** A session ends when it was not used for two weeks, and after three months in any case. */
const IDLE_MS = 14 * DAY_MS;
const LONGEST_MS = 90 * DAY_MS;
/** Use is written down at most this often, so that reading a page does not write. */
const SEEN_STEP_MS = 60 * 60_000;

/** Sessions kept on the server; the browser holds a random token, the store its hash. */
export class Sessions {
  readonly #database: Database;
  readonly #now: () => Date;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
  }

  /** Opens a session and gives its token, which is kept nowhere else. */
  async open(accountId: AccountId, database: Database = this.#database): Promise<string> {
    const token = newToken();
    const now = this.#now();
    await database.query(
      'insert into session (token_hash, account_id, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)',
      [hashToken(token), accountId, now, new Date(now.getTime() + IDLE_MS)],
    );
    return token;
  }

  /** Whose session this is; null when it is unknown or over. Its end moves on with use. */
  async accountOf(token: string): Promise<AccountId | null> {
    const now = this.#now();
    const hash = hashToken(token);
    const [session] = await this.#database.query<{ account_id: AccountId; created_at: Date; seen_at: Date }>(
      'select account_id, created_at, seen_at from session where token_hash = $1 and expires_at > $2',
      [hash, now],
    );
    if (!session) return null;
    if (now.getTime() - session.seen_at.getTime() > SEEN_STEP_MS) {
      const expiresAt = Math.min(now.getTime() + IDLE_MS, session.created_at.getTime() + LONGEST_MS);
      await this.#database.query('update session set seen_at = $2, expires_at = $3 where token_hash = $1', [
        hash,
        now,
        new Date(expiresAt),
      ]);
    }
    return session.account_id;
  }

  /** Ends one session; nothing happens when there is none. */
  async close(token: string): Promise<void> {
    await this.#database.query('delete from session where token_hash = $1', [hashToken(token)]);
  }

  /** Ends every session of an account, as a changed password does; `except` stays. */
  async closeAll(accountId: AccountId, except: string | null, database: Database = this.#database): Promise<void> {
    await database.query('delete from session where account_id = $1 and token_hash is distinct from $2', [
      accountId,
      except === null ? null : hashToken(except),
    ]);
  }
}
