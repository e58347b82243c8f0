import { randomUUID } from 'node:crypto';
import { LecternError } from '@lectern/contracts';
import type { Account, AccountId, AccountRole } from '@lectern/contracts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import type { AccountLimits } from '../config/limits.ts';
import { BatchedReads } from '../store/batched-reads.ts';
import type { Database } from '../store/database.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { recordAudit } from './audit.ts';
import { knowsDevice, markDevice } from './known-device.ts';
import { verifyPassword } from './password.ts';

interface AccountRow {
  readonly account_id: AccountId;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly AccountRole[];
  readonly created_at: Date;
  readonly password_hash: string;
}

/** A new account's particulars, parsed. */
export interface NewAccount {
  readonly email: string;
  readonly name: string;
  /** From `hashPassword`, made before any transaction: hashing takes its time, and transactions wait for one another. */
  readonly passwordHash: string;
  readonly roles: readonly AccountRole[];
}

const MINUTE_MS = 60_000;
const UNIQUE_VIOLATION = '23505';
const MAX_FOUND = 100;

/** Where a sign-in comes from. */
export interface SignInOrigin {
  /** The network as `networkOf` names it. */
  readonly network: string;
  /** What the browser was marked with at an earlier sign-in; null when it shows no mark. */
  readonly device: string | null;
}

/** Accounts by e-mail and password. */
export class Accounts {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #byId: BatchedReads<AccountRow>;
  /** A browser that signed in to the account before: its own limit alone binds it, so that no stranger's guesses shut it out. */
  readonly #failuresOfDevice: AttemptLimit;
  /** One address guessing at one account. */
  readonly #failuresOfPair: AttemptLimit;
  /** Many addresses guessing at one account. */
  readonly #failuresOfAccount: AttemptLimit;
  /** One address guessing at many accounts: wide, since a whole campus may stand behind one address. */
  readonly #failuresOfAddress: AttemptLimit;

  constructor(database: Database, now: () => Date, limits: AccountLimits = DEFAULT_LIMITS.accountLimits) {
    this.#database = database;
    this.#now = now;
    this.#byId = new BatchedReads(
      (accountIds) =>
        database.query<AccountRow>('select * from account where account_id = any($1::uuid[])', [accountIds]),
      (row) => row.account_id,
    );
    const nowMs = () => now().getTime();
    const { wrongPasswordsOfDevice, wrongPasswordsOfAccount, wrongPasswordsOfAddress } = limits;
    this.#failuresOfDevice = new AttemptLimit({
      attempts: wrongPasswordsOfDevice,
      forgottenAfterMs: 15 * MINUTE_MS,
      nowMs,
    });
    this.#failuresOfPair = new AttemptLimit({
      attempts: wrongPasswordsOfDevice,
      forgottenAfterMs: 15 * MINUTE_MS,
      nowMs,
    });
    this.#failuresOfAccount = new AttemptLimit({
      attempts: wrongPasswordsOfAccount,
      forgottenAfterMs: 60 * MINUTE_MS,
      nowMs,
    });
    this.#failuresOfAddress = new AttemptLimit({
      attempts: wrongPasswordsOfAddress,
      forgottenAfterMs: 15 * MINUTE_MS,
      nowMs,
    });
  }

  /** Makes an account, in the caller's transaction. Rejects with `email-taken`. */
  async create(database: Database, account: NewAccount): Promise<Account> {
    const at = this.#now();
    const row = await insertAccount(database, account, at);
    await recordAudit(database, row.account_id, { action: 'account.create', subject: subjectOf(row.account_id) }, at);
    return toAccount(row);
  }

  /** The account with this e-mail and password. Rejects with `wrong-credentials`, whichever is wrong, or `too-many`. */
  async signIn(email: string, password: string, { network, device }: SignInOrigin): Promise<Account> {
    const [row] = await this.#database.query<AccountRow>('select * from account where email = $1', [email]);
    const known = row !== undefined && device !== null && knowsDevice(device, row.password_hash);
    const limits: Counted[] = known
      ? [[this.#failuresOfDevice, device]]
      : [
          [this.#failuresOfPair, `${email} ${network}`],
          [this.#failuresOfAccount, email],
        ];
    if (!known) this.#failuresOfAddress.check(network);
    const right = await counted(limits, () => verifyPassword(password, row?.password_hash ?? null));
    if (!right || !row) {
      if (!known) this.#failuresOfAddress.count(network);
      throw new LecternError('wrong-credentials');
    }
    return toAccount(row);
  }

  /** What marks a browser as one that has signed in to this account, until the password changes. Rejects with `not-found`. */
  async deviceMark(accountId: AccountId): Promise<string> {
    const [row] = await this.#database.query<AccountRow>('select * from account where account_id = $1', [accountId]);
    if (!row) throw new LecternError('not-found');
    return markDevice(row.password_hash);
  }

  /** The account with this id; null when there is none (any more). */
  async byId(accountId: AccountId): Promise<Account | null> {
    const row = await this.#byId.find(accountId);
    return row ? toAccount(row) : null;
  }

  /** Accounts whose name or e-mail contains `search`, by name, at most 100, and how many there are. */
  async search(search: string): Promise<{ accounts: Account[]; total: number }> {
    const pattern = `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
    const found = 'from account where name ilike $1 or email ilike $1';
    const rows = await this.#database.query<AccountRow>(
      `select * ${found} order by lower(name), account_id limit ${MAX_FOUND}`,
      [pattern],
    );
    const [count] = await this.#database.query<{ total: number }>(`select count(*)::integer as total ${found}`, [
      pattern,
    ]);
    return { accounts: rows.map(toAccount), total: count?.total ?? 0 };
  }

  /** Gives the account another name. */
  async rename(database: Database, accountId: AccountId, name: string): Promise<void> {
    await database.query('update account set name = $2 where account_id = $1', [accountId, name]);
  }

  /** Gives the account another e-mail address. Rejects with `email-taken`. The caller ends the sessions of before. */
  async setEmail(database: Database, accountId: AccountId, email: string): Promise<void> {
    await refusingTaken(() =>
      database.query('update account set email = $2 where account_id = $1', [accountId, email]),
    );
  }

  /** True when this is the account's password; counted against guessing like a sign-in. Rejects with `too-many`. */
  async confirmPassword(accountId: AccountId, password: string): Promise<boolean> {
    return counted([[this.#failuresOfAccount, accountId]], async () => {
      const [row] = await this.#database.query<AccountRow>('select * from account where account_id = $1', [accountId]);
      return verifyPassword(password, row?.password_hash ?? null);
    });
  }

  /** Sets a new password. The caller ends the sessions that were opened with the old one. */
  async setPassword(database: Database, accountId: AccountId, passwordHash: string): Promise<void> {
    await database.query('update account set password_hash = $2 where account_id = $1', [accountId, passwordHash]);
  }

  /** Adds a role that the account does not have yet. */
  async addRole(database: Database, accountId: AccountId, role: AccountRole): Promise<void> {
    await database.query(
      'update account set roles = array_append(roles, $2) where account_id = $1 and not $2 = any(roles)',
      [accountId, role],
    );
  }

  /** Everybody who runs the platform, the first of them first. */
  async operators(): Promise<Account[]> {
    const rows = await this.#database.query<AccountRow>(
      `select * from account where 'operator' = any(roles) order by created_at, account_id`,
    );
    return rows.map(toAccount);
  }

  /** True when somebody runs the platform; without an operator the start offers the set-up link. */
  async operatorExists(database: Database = this.#database): Promise<boolean> {
    const rows = await database.query(`select 1 from account where 'operator' = any(roles) limit 1`);
    return rows.length > 0;
  }
}

type Counted = readonly [limit: AttemptLimit, key: string];

/**
 * Checks a password under limits on failures. Counted before the work, so that many tries at once do not slip through;
 * forgotten after success, and taken back when nothing was checked.
 */
async function counted(limits: readonly Counted[], check: () => Promise<boolean>): Promise<boolean> {
  for (const [limit, key] of limits) limit.check(key);
  for (const [limit, key] of limits) limit.count(key);
  try {
    const right = await check();
    if (right) for (const [limit, key] of limits) limit.forget(key);
    return right;
  } catch (error) {
    for (const [limit, key] of limits) limit.takeBack(key);
    throw error;
  }
}

async function insertAccount(
  database: Database,
  { email, name, passwordHash, roles }: NewAccount,
  at: Date,
): Promise<AccountRow> {
  const [row] = await refusingTaken(() =>
    database.query<AccountRow>(
      `insert into account (account_id, email, name, password_hash, roles, created_at) values ($1, $2, $3, $4, $5, $6)
       returning *`,
      [randomUUID(), email, name, passwordHash, [...roles], at],
    ),
  );
  if (!row) throw new LecternError('internal');
  return row;
}

/** An e-mail address belongs to one account: the store says when it has one already. */
async function refusingTaken<Rows>(write: () => Promise<Rows>): Promise<Rows> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION)
      throw new LecternError('email-taken', { cause: error });
    throw error;
  }
}

function subjectOf(accountId: AccountId): { kind: 'account'; id: string } {
  return { kind: 'account', id: accountId };
}

function toAccount(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    email: row.email,
    name: row.name,
    roles: [...row.roles],
    createdAt: row.created_at.toISOString(),
  };
}
