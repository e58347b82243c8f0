import type { Logger } from 'pino';
import type { Database } from './database.ts';

/** How long one kind of row lives, in words for people and as the statement ($1: now) that enforces it. */
export interface RetentionClock {
  readonly table: string;
  readonly holds: string;
  readonly kept: string;
  /** Null: nothing runs out by itself; `kept` says what ends it. */
  readonly enforce: string | null;
}

/** Every table of the classroom's database and how long its rows live: docs/privacy.md and one job read this. */
export const RETENTION: readonly RetentionClock[] = [
  { table: 'institution', holds: 'responsible body, contact, what is allowed', kept: 'until changed', enforce: null },
  { table: 'account', holds: 'e-mail, name, password hash, roles', kept: 'until erased', enforce: null },
  {
    table: 'session',
    holds: 'hash of a sign-in token, times of use',
    kept: '14 days after its last use, at most 90 days',
    enforce: 'delete from session where expires_at <= $1',
  },
  {
    table: 'password_reset',
    holds: 'hash of a one-time link, for whom',
    kept: '30 days after it ended',
    enforce: `delete from password_reset where expires_at <= $1::timestamptz - interval '30 days'`,
  },
  { table: 'course', holds: 'title', kept: 'until its last instructor is erased', enforce: null },
  {
    table: 'course_member',
    holds: 'who teaches a course',
    kept: 'until it ends or the account is erased',
    enforce: null,
  },
  {
    table: 'invitation',
    holds: 'hash of a one-time link, by whom, used by whom',
    kept: 'until it is withdrawn, at most 30 days after it ended',
    enforce: `delete from invitation where expires_at <= $1::timestamptz - interval '30 days'`,
  },
  {
    table: 'class',
    holds: 'title, schedule, join code, settings, times',
    kept: 'as long as its course',
    enforce: null,
  },
  {
    table: 'seat',
    holds:
      'name and role of a person in a class, when a guest first came in, hashes of the seat’s secret and of the sign-in it was taken under',
    kept: 'guests 30 days, accounts 365 days after the class’s end; 365 days when it never ended',
    enforce: `delete from seat using class where class.class_id = seat.class_id and (
        class.ended_at <= $1::timestamptz - case when seat.account_id is null then interval '30 days' else interval '365 days' end
        or (class.ended_at is null and greatest(seat.created_at, class.starts_at) <= $1::timestamptz - interval '365 days'))`,
  },
  {
    table: 'chat_message',
    holds: 'what was written in a class, from which seat',
    kept: '30 days, and no longer than the seat',
    enforce: `delete from chat_message where sent_at <= $1::timestamptz - interval '30 days'`,
  },
  { table: 'chat_setting', holds: 'who may write in a class’s chat', kept: 'as long as the class', enforce: null },
  {
    table: 'raised_hand',
    holds: 'hands that are up now',
    kept: 'until lowered, at most until the class’s end',
    enforce: `delete from raised_hand using class where class.class_id = raised_hand.class_id and class.ended_at <= $1`,
  },
  {
    table: 'stage_member',
    holds: 'students on the stage now',
    kept: 'until they go back, at most until the class’s end',
    enforce: `delete from stage_member using class where class.class_id = stage_member.class_id and class.ended_at <= $1`,
  },
  { table: 'class_event', holds: 'what happened when, no names', kept: 'as long as the class', enforce: null },
  {
    table: 'participation_minute',
    holds: 'totals of messages, hands and reactions, no names',
    kept: 'as long as the class',
    enforce: null,
  },
  {
    table: 'permission_record',
    holds: 'what a student permitted or declined, in which wording, when',
    kept: 'as long as the seat',
    enforce: null,
  },
  {
    table: 'audit',
    holds: 'what was done to accounts, rights and settings, by which account; no names',
    kept: '365 days',
    enforce: `delete from audit where at <= $1::timestamptz - interval '365 days'`,
  },
  {
    table: 'signal_erasure',
    holds: 'ids of erased classes whose published rows are still to be erased',
    kept: 'until they are, within a minute of the analytics store’s return',
    enforce: null,
  },
  {
    table: 'load_test_result',
    holds: 'figures of the newest load test, no people',
    kept: 'until the next',
    enforce: null,
  },
  { table: 'schema_migration', holds: 'which migrations ran', kept: 'as long as the store', enforce: null },
];

const EVERY_MS = 60 * 60_000;

/** Deletes what has run out at `now`; gives the number of rows for each table. */
export async function enforceRetention(database: Database, now: Date): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const { table, enforce } of RETENTION) {
    if (enforce === null) continue;
    const rows = await database.query(`${enforce} returning 1`, [now]);
    deleted[table] = (deleted[table] ?? 0) + rows.length;
  }
  return deleted;
}

/** Enforces retention now and once an hour until closed; a failure is logged and tried again. */
export function startRetention(database: Database, now: () => Date, logger: Logger): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    running = enforceRetention(database, now()).then(
      (deleted) => {
        logger.debug({ deleted }, 'retention enforced');
      },
      (error: unknown) => {
        logger.error({ err: error }, 'retention could not be enforced; it is tried again');
      },
    );
  };
  run();
  const timer = setInterval(run, EVERY_MS).unref();
  return {
    close() {
      clearInterval(timer);
      return running;
    },
  };
}
