import type { AccountId, ClassId, SeatId } from '@lectern/contracts';
import { BatchedReads } from '../store/batched-reads.ts';
import { BatchedWrites } from '../store/batched-writes.ts';
import type { Database, SqlValue } from '../store/database.ts';
import { hashToken, newToken } from './token.ts';

const DAY_MS = 86_400_000;
/** A session ends when it was not used for two weeks, and after three months in any case. */
const IDLE_MS = 14 * DAY_MS;
const LONGEST_MS = 90 * DAY_MS;
/** Use is written down at most this often, so that reading a page does not write. */
const SEEN_STEP_MS = 60 * 60_000;

/** The seats of `shut` that somebody may be sitting on now. */
const OF_CLASSES_UNDER_WAY = `
  select class_id as "classId", seat_id as "seatId" from shut join class using (class_id) where class.status <> 'ended'`;

interface SessionRow {
  readonly token: string;
  readonly account_id: AccountId;
  readonly created_at: Date;
  readonly seen_at: Date;
  readonly expires_at: Date;
}

/** A session that was used, by the hash of its token. */
interface Use {
  readonly token: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

const BY_TOKENS = `
  select encode(token_hash, 'hex') as token, account_id, created_at, seen_at, expires_at from session
  where token_hash in (select decode(token, 'hex') from unnest($1::text[]) as token)`;
const USED = `
  update session set seen_at = used.seen_at::timestamptz, expires_at = used.expires_at::timestamptz
  from unnest($1::text[], $2::text[], $3::text[]) as used (token, seen_at, expires_at)
  where token_hash = decode(token, 'hex')`;

/** A seat whose secret opens nothing any more; its account takes it anew. */
export interface ShutSeat {
  readonly classId: ClassId;
  readonly seatId: SeatId;
}

/**
 * Sessions kept on the server; the browser holds a random token, the store its hash. When a session is ended, the secrets
 * of the seats that were taken under it end too: whoever sits down at the same machine next finds nothing that opens.
 */
export class Sessions {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #byToken: BatchedReads<SessionRow>;
  readonly #uses: BatchedWrites<Use, SessionRow>;

  constructor(database: Database, now: () => Date) {
    this.#database = database;
    this.#now = now;
    this.#byToken = new BatchedReads(
      (tokens) => database.query<SessionRow>(BY_TOKENS, [tokens]),
      (row) => row.token,
    );
    this.#uses = new BatchedWrites({
      write: (uses) => database.query<SessionRow>(USED, columnsOf(uses)),
      keyOf: (use) => use.token,
      keyOfWritten: (row) => row.token,
    });
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
    const at = this.#now();
    const session = await this.#byToken.find(Buffer.from(hashToken(token)).toString('hex'));
    if (!session || session.expires_at <= at) return null;
    if (at.getTime() - session.seen_at.getTime() > SEEN_STEP_MS) {
      const expiresAt = new Date(Math.min(at.getTime() + IDLE_MS, session.created_at.getTime() + LONGEST_MS));
      await this.#uses.write({ token: session.token, at, expiresAt });
    }
    return session.account_id;
  }

  /** Ends one session; nothing happens when there is none. Gives the seats that are shut, of classes that have not ended. */
  async close(token: string): Promise<readonly ShutSeat[]> {
    return this.#afterEnding(
      token,
      `with shut as (
         update seat set secret_hash = $2, session_hash = null where session_hash = $1
         returning class_id, seat_id
       ) ${OF_CLASSES_UNDER_WAY}`,
      [hashToken(token), hashToken(newToken())],
    );
  }

  /**
   * Ends the session `before` for a new one at the same browser. The new account's seats go on under its new session;
   * those of anybody else are shut, and given where their class has not ended.
   */
  async replace(before: string, session: string, accountId: AccountId): Promise<readonly ShutSeat[]> {
    return this.#afterEnding(
      before,
      `with kept as (
         update seat set session_hash = $3 where session_hash = $1 and account_id = $2
       ), shut as (
         update seat set secret_hash = $4, session_hash = null
         where session_hash = $1 and account_id is distinct from $2
         returning class_id, seat_id
       ) ${OF_CLASSES_UNDER_WAY}`,
      [hashToken(before), accountId, hashToken(session), hashToken(newToken())],
    );
  }

  /**
   * Ends every session of an account, as a changed password or e-mail does; `except` stays, with the seats that were taken under it.
   * Gives the seats that are shut, of classes that have not ended.
   */
  async closeAll(
    accountId: AccountId,
    except: string | null,
    database: Database = this.#database,
  ): Promise<readonly ShutSeat[]> {
    const spared = except === null ? null : hashToken(except);
    await database.query(
      'delete from session where account_id = $1 and ($2::bytea is null or token_hash is distinct from $2)',
      [accountId, spared],
    );
    return database.query<{ classId: ClassId; seatId: SeatId }>(
      `update seat set secret_hash = $3, session_hash = null from class
       where class.class_id = seat.class_id and class.status <> 'ended'
         and seat.account_id = $1 and ($2::bytea is null or seat.session_hash is distinct from $2)
       returning seat.class_id as "classId", seat.seat_id as "seatId"`,
      [accountId, spared, hashToken(newToken())],
    );
  }

  /** A seat that is written under the session just now is waited for by the deletion, and seen by the statement after it alone. */
  #afterEnding(token: string, sql: string, values: readonly SqlValue[]): Promise<readonly ShutSeat[]> {
    return this.#database.transaction(async (transaction) => {
      await transaction.query('delete from session where token_hash = $1', [hashToken(token)]);
      return transaction.query<{ classId: ClassId; seatId: SeatId }>(sql, values);
    });
  }
}

function columnsOf(uses: readonly Use[]) {
  return [
    uses.map(({ token }) => token),
    uses.map(({ at }) => at.toISOString()),
    uses.map(({ expiresAt }) => expiresAt.toISOString()),
  ];
}
