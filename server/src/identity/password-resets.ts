import type { AccountId } from '@lectern/contracts';
import type { Database } from '../store/database.ts';
import type { Accounts } from './accounts.ts';
import { recordAudit } from './audit.ts';
import { requireUsable } from './one-time-link.ts';
import type { OneTimeLink } from './one-time-link.ts';
import { hashPassword } from './password.ts';
import type { Sessions, ShutSeat } from './sessions.ts';
import { hashToken, newToken } from './token.ts';

const VALID_MS = 24 * 60 * 60_000;

/** What a redeemed link came to. */
export interface RedeemedReset {
  readonly accountId: AccountId;
  /** The token of the session that was opened. */
  readonly session: string;
  readonly shutSeats: readonly ShutSeat[];
}

/** Links by which an operator, or the console, lets somebody choose a new password without any mail server. */
export class PasswordResets {
  readonly #database: Database;
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  readonly #now: () => Date;

  constructor(database: Database, accounts: Accounts, sessions: Sessions, now: () => Date) {
    this.#database = database;
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#now = now;
  }

  /** Makes a link that holds for a day; earlier ones of the account end. `operator` is null for one made at the console. */
  async create(accountId: AccountId, operator: AccountId | null): Promise<{ token: string; expiresAt: Date }> {
    const token = newToken();
    const at = this.#now();
    const expiresAt = new Date(at.getTime() + VALID_MS);
    await this.#database.transaction(async (database) => {
      await database.query('delete from password_reset where account_id = $1', [accountId]);
      await database.query(
        'insert into password_reset (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)',
        [hashToken(token), accountId, at, expiresAt],
      );
      const subject = { kind: 'account', id: accountId } as const;
      await recordAudit(database, operator, { action: 'account.password-reset-link', subject }, at);
    });
    return { token, expiresAt };
  }

  /** Whose password the link sets. Rejects with `link-wrong`, `link-used` or `link-expired`. */
  async check(token: string): Promise<AccountId> {
    return this.#usable(this.#database, token);
  }

  /**
   * Sets the new password, ends all sessions of the account with their seats, and opens one. Rejects as
   * `check` does.
   */
  async redeem(token: string, password: string): Promise<RedeemedReset> {
    await this.check(token);
    const passwordHash = await hashPassword(password);
    return this.#database.transaction(async (database) => {
      const at = this.#now();
      const accountId = await this.#usable(database, token, 'for update');
      await database.query('update password_reset set used_at = $2 where token_hash = $1', [hashToken(token), at]);
      await this.#accounts.setPassword(database, accountId, passwordHash);
      const shutSeats = await this.#sessions.closeAll(accountId, null, database);
      const subject = { kind: 'account', id: accountId } as const;
      await recordAudit(database, accountId, { action: 'account.password-reset', subject }, at);
      return { accountId, session: await this.#sessions.open(accountId, database), shutSeats };
    });
  }

  async #usable(database: Database, token: string, locking = ''): Promise<AccountId> {
    const [row] = await database.query<OneTimeLink & { account_id: AccountId }>(
      `select * from password_reset where token_hash = $1 ${locking}`,
      [hashToken(token)],
    );
    return requireUsable(row, this.#now()).account_id;
  }
}
