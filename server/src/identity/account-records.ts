import { LecternError } from '@lectern/contracts';
import type {
  Account,
  accountExportSchema,
  AccountId,
  ClassId,
  ClassStatus,
  Erasure,
  SeatId,
} from '@lectern/contracts';
import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { recordAudit } from './audit.ts';

/**
 * For each table that holds something about an account ($1): the question that gives it for the export, without hashes
 * and secrets. Erasure needs no list: every such table refers to the account and goes, or forgets it, with it.
 */
export const ACCOUNT_TABLES: Readonly<Record<string, string>> = {
  account: 'select account_id, email, name, roles, created_at from account where account_id = $1',
  session: 'select created_at, seen_at, expires_at from session where account_id = $1 order by created_at',
  password_reset:
    'select created_at, expires_at, used_at from password_reset where account_id = $1 order by created_at',
  course_member: `select course.course_id, course.title, course_member.role, course_member.added_at
    from course_member join course using (course_id) where account_id = $1 order by added_at`,
  invitation: `select course_id, role, created_at, expires_at, used_at, invited_by = $1 as made_by_me, used_by = $1 as used_by_me
    from invitation where invited_by = $1 or used_by = $1 order by created_at`,
  seat: `select seat.seat_id, seat.class_id, class.title as class_title, seat.name, seat.role, seat.created_at, seat.removed_at
    from seat join class using (class_id) where account_id = $1 order by seat.created_at`,
  chat_message: `select class_id, message_id, text, sent_at, deleted_at
    from chat_message where seat_id in (select seat_id from seat where account_id = $1) order by sent_at`,
  raised_hand: `select class_id, raised_at
    from raised_hand where seat_id in (select seat_id from seat where account_id = $1) order by raised_at`,
  stage_member: `select class_id, joined_at
    from stage_member where seat_id in (select seat_id from seat where account_id = $1) order by joined_at`,
  permission_record: `select course_id, class_id, permission, granted, wording, language, recorded_at
    from permission_record where account_id = $1 order by record_id`,
  // What others did to the account belongs to it; who they were does not.
  audit: `select at, action, subject_kind, subject_id, detail, actor_id is not distinct from $1::uuid as by_me
    from audit where actor_id = $1::uuid or (subject_kind = 'account' and subject_id = $1::uuid::text) order by audit_id`,
};

/** Tables that say nothing about any one account. */
export const TABLES_WITHOUT_ACCOUNTS: readonly string[] = [
  'institution',
  'course',
  'class',
  'chat_setting',
  'class_event',
  'participation_minute',
  'schema_migration',
  'signal_erasure',
  'load_test_result',
];

/** Everything kept about the account, table by table. */
export async function exportAccount(
  database: Database,
  account: Account,
  by: AccountId,
  at: Date,
): Promise<z.infer<typeof accountExportSchema>> {
  const tables: Record<string, Record<string, unknown>[]> = {};
  for (const [table, sql] of Object.entries(ACCOUNT_TABLES)) {
    tables[table] = await database.query(sql, [account.accountId]);
  }
  const subject = { kind: 'account', id: account.accountId } as const;
  await recordAudit(database, by, { action: 'account.export', subject }, at);
  return { exportedAt: at.toISOString(), account, tables };
}

/** The courses that nobody may teach any more without this account; a course of assistants alone goes with the last one. */
const SOLE_COURSES = `select course_id from course_member mine where account_id = $1 and not exists (
  select 1 from course_member other where other.course_id = mine.course_id and other.account_id <> $1
    and (other.role = 'instructor' or mine.role <> 'instructor')
)`;

const ONLY_OPERATOR = `select 1 from account mine where account_id = $1 and 'operator' = any(roles) and not exists (
  select 1 from account other where other.account_id <> $1 and 'operator' = any(other.roles)
)`;

/** What erasing the account would take along, and whether it would leave nobody who runs the platform. */
export async function previewErasure(database: Database, accountId: AccountId): Promise<Erasure> {
  return {
    courses: (await database.query(SOLE_COURSES, [accountId])).length,
    onlyOperator: (await database.query(ONLY_OPERATOR, [accountId])).length > 0,
  };
}

/** A seat that went with an account, in a class that had not ended, and the messages that were written from it. */
export interface ErasedSeat {
  readonly classId: ClassId;
  readonly seatId: SeatId;
  readonly messageIds: readonly number[];
}

const ERASED_SEATS = `
  select seat.class_id as "classId", seat.seat_id as "seatId", array(
    select message_id from chat_message where chat_message.seat_id = seat.seat_id and deleted_at is null order by message_id
  ) as "messageIds"
  from seat join class using (class_id)
  where class.status <> 'ended' and (seat.account_id = $1 or class.course_id in (${SOLE_COURSES}))`;

/**
 * Erases the account and all that refers to it, and the courses that have no other instructor, whoever assists there;
 * their classes go on the list of those whose figures are to be erased. What stays is one line of the audit that says that an account was erased.
 * Gives the seats that the live classes must forget. Rejects with `class-live` while a class of such a course runs.
 */
export async function eraseAccount(
  database: Database,
  accountId: AccountId,
  by: AccountId,
  at: Date,
): Promise<readonly ErasedSeat[]> {
  return database.transaction(async (transaction) => {
    // Two who teach a course and leave it at once would each count on the other.
    await transaction.query(
      `select 1 from course where course_id in (select course_id from course_member where account_id = $1)
         order by course_id for update`,
      [accountId],
    );
    // Whoever takes a seat meanwhile holds the sign-in, then the account: in this order both wait, and find neither.
    await transaction.query('delete from session where account_id = $1', [accountId]);
    await transaction.query('select 1 from account where account_id = $1 for update', [accountId]);
    // A class that is being started meanwhile is waited for, and one that would start from here on finds nothing.
    const classes = await transaction.query<{ status: ClassStatus }>(
      `select status from class where course_id in (${SOLE_COURSES}) order by class_id for update`,
      [accountId],
    );
    if (classes.some(({ status }) => status === 'live')) throw new LecternError('class-live');
    const seats = await transaction.query<ErasedSeat>(ERASED_SEATS, [accountId]);
    await transaction.query(
      `insert into signal_erasure (class_id, asked_at)
         select class_id, $2 from class where course_id in (${SOLE_COURSES})`,
      [accountId, at],
    );
    await transaction.query(`delete from course where course_id in (${SOLE_COURSES})`, [accountId]);
    await transaction.query(`update audit set subject_id = null where subject_kind = 'account' and subject_id = $1`, [
      accountId,
    ]);
    await transaction.query('delete from account where account_id = $1', [accountId]);
    const actor = by === accountId ? null : by;
    await recordAudit(transaction, actor, { action: 'account.erase', subject: { kind: 'account', id: 'erased' } }, at);
    return seats;
  });
}
