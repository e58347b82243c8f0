import { LecternError } from '@lectern/contracts';
import type { AccountId, CourseId, OpenInvitation } from '@lectern/contracts';
import type { Accounts } from '../identity/accounts.ts';
import { recordAudit } from '../identity/audit.ts';
import { requireUsable } from '../identity/one-time-link.ts';
import type { OneTimeLink } from '../identity/one-time-link.ts';
import { hashToken, newToken } from '../identity/token.ts';
import type { Database } from '../store/database.ts';
import { addMember } from './courses.ts';
import type { MemberRole } from './courses.ts';

const VALID_MS = 7 * 24 * 60 * 60_000;

interface InvitationRow extends OneTimeLink {
  readonly course_id: CourseId;
  readonly role: MemberRole;
  readonly course_title: string;
  readonly invited_by_name: string;
}

interface OpenRow extends Pick<InvitationRow, 'role' | 'invited_by_name' | 'expires_at'> {
  readonly token_hash: Uint8Array;
}

/** What somebody who holds the link reads before accepting. */
export interface InvitationView {
  readonly courseTitle: string;
  readonly role: MemberRole;
  readonly invitedBy: string;
  readonly expiresAt: string;
}

const SELECT_INVITATION = `
  select invitation.*, course.title as course_title, account.name as invited_by_name
  from invitation join course using (course_id) join account on account.account_id = invitation.invited_by
  where token_hash = $1`;

/** Links that make one person a member of a course, once. */
export class Invitations {
  readonly #database: Database;
  readonly #accounts: Accounts;
  readonly #now: () => Date;

  constructor(database: Database, accounts: Accounts, now: () => Date) {
    this.#database = database;
    this.#accounts = accounts;
    this.#now = now;
  }

  /** Makes a link that holds for a week. */
  async create(courseId: CourseId, role: MemberRole, by: AccountId): Promise<{ token: string; expiresAt: Date }> {
    const token = newToken();
    const at = this.#now();
    const expiresAt = new Date(at.getTime() + VALID_MS);
    await this.#database.transaction(async (database) => {
      await database.query(
        `insert into invitation (token_hash, course_id, role, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [hashToken(token), courseId, role, by, at, expiresAt],
      );
      const subject = { kind: 'course', id: courseId } as const;
      await recordAudit(database, by, { action: 'course.invite', subject }, at, { role });
    });
    return { token, expiresAt };
  }

  /** The links of a course that can still be used, the newest first. */
  async open(courseId: CourseId): Promise<OpenInvitation[]> {
    const rows = await this.#database.query<OpenRow>(
      `select token_hash, role, account.name as invited_by_name, expires_at
       from invitation join account on account.account_id = invitation.invited_by
       where course_id = $1 and used_at is null and expires_at > $2 order by invitation.created_at desc, token_hash`,
      [courseId, this.#now()],
    );
    // The kept hash names a link: the token is not to be had from it.
    return rows.map((row) => ({
      invitationId: Buffer.from(row.token_hash).toString('base64url'),
      role: row.role,
      invitedBy: row.invited_by_name,
      expiresAt: row.expires_at.toISOString(),
    }));
  }

  /** Takes a link back: it leads nowhere from now on. Rejects with `not-found`, and with `conflict` once somebody used it. */
  async withdraw(courseId: CourseId, invitationId: string, by: AccountId): Promise<void> {
    const key = [courseId, Buffer.from(invitationId, 'base64url')];
    await this.#database.transaction(async (database) => {
      const [withdrawn] = await database.query<{ role: MemberRole }>(
        'delete from invitation where course_id = $1 and token_hash = $2 and used_at is null returning role',
        key,
      );
      if (!withdrawn) {
        const used = await database.query('select 1 from invitation where course_id = $1 and token_hash = $2', key);
        throw new LecternError(used.length > 0 ? 'conflict' : 'not-found');
      }
      const entry = { action: 'course.invitation-withdraw', subject: { kind: 'course', id: courseId } } as const;
      await recordAudit(database, by, entry, this.#now(), { role: withdrawn.role });
    });
  }

  /** What the link offers. Rejects with `link-wrong`, `link-used` or `link-expired`. */
  async view(token: string): Promise<InvitationView> {
    const row = await this.#usable(this.#database, token);
    return {
      courseTitle: row.course_title,
      role: row.role,
      invitedBy: row.invited_by_name,
      expiresAt: row.expires_at.toISOString(),
    };
  }

  /** Makes the account a member, in the caller's transaction; gives the course. Rejects as `view` does. */
  async redeem(database: Database, token: string, accountId: AccountId): Promise<CourseId> {
    const at = this.#now();
    const { course_id: courseId, role } = await this.#usable(database, token, 'for update of invitation');
    await database.query('update invitation set used_at = $2, used_by = $3 where token_hash = $1', [
      hashToken(token),
      at,
      accountId,
    ]);
    await addMember(database, courseId, accountId, role, at);
    if (role === 'instructor') await this.#accounts.addRole(database, accountId, 'instructor');
    const subject = { kind: 'course', id: courseId } as const;
    await recordAudit(database, accountId, { action: 'course.join', subject }, at, { role });
    return courseId;
  }

  async #usable(database: Database, token: string, locking = ''): Promise<InvitationRow> {
    const [row] = await database.query<InvitationRow>(`${SELECT_INVITATION} ${locking}`, [hashToken(token)]);
    return requireUsable(row, this.#now());
  }
}
