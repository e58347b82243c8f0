import { randomUUID } from 'node:crypto';
import { LecternError, seatIdSchema } from '@lectern/contracts';
import type { AccountId, ClassId, ClassRole, CourseId, Seat, SeatId } from '@lectern/contracts';
import type { RecordWriter } from '../class-records/record-writer.ts';
import type { ShutSeat } from '../identity/sessions.ts';
import { hashToken, newToken, tokenMatches } from '../identity/token.ts';
import type { Database } from '../store/database.ts';
import type { ClassDirectory, ClassState } from './class-directory.ts';
import { SeatRows } from './seat-rows.ts';
import type { SeatRow } from './seat-rows.ts';

/** One person's place in one class, as the server keeps it. */
export interface SeatRecord {
  readonly seatId: SeatId;
  readonly classId: ClassId;
  /** Null: a guest. */
  readonly accountId: AccountId | null;
  readonly name: string;
  readonly role: ClassRole;
  readonly removed: boolean;
  /** False for a guest's seat that was taken and never used: it opens no locked class. */
  readonly arrived: boolean;
  /** True once somebody was inside with this seat. */
  readonly wasInside: boolean;
}

/** Who asks for a seat: the signed-in account, if any, and what the page sent. */
export interface SeatRequest {
  readonly account: {
    readonly accountId: AccountId;
    readonly name: string;
    /** The token of the sign-in: the seat's secret opens nothing any more once it is ended. */
    readonly session?: string | null;
  } | null;
  readonly name: string | undefined;
  readonly keep: { readonly seatId: SeatId; readonly seatSecret: string } | undefined;
  readonly at: Date;
}

/** One list for each column: guests who come together. */
const NEW_GUESTS = `
  insert into seat (seat_id, class_id, secret_hash, name, role, created_at)
  select seat_id, class_id, decode(secret, 'hex'), name, 'student', created_at::timestamptz
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
    as guest (seat_id, class_id, secret, name, created_at)`;
const ARRIVED = `
  update seat set arrived_at = coalesce(arrived_at, came.at::timestamptz)
  from unnest($1::uuid[], $2::text[]) as came (seat_id, at)
  where seat.seat_id = came.seat_id`;

/** Gives out seats by the rules of the door and knows them again by their secret, of which only a hash is kept. */
export class Seats {
  readonly #database: Database;
  readonly #classes: ClassDirectory;
  /** A class that comes in at once costs one commit at a time, and not one for each guest. */
  readonly #writer: RecordWriter;
  readonly #rows: SeatRows;

  constructor(database: Database, classes: ClassDirectory, writer: RecordWriter) {
    this.#database = database;
    this.#classes = classes;
    this.#writer = writer;
    this.#rows = new SeatRows(database);
  }

  /**
   * The seat that this secret opens, with the role that membership gives now. Rejects with `not-found` where there is no
   * such class, with `seat-wrong` for a seat that is not known or a guest's other secret, with `conflict` for an account's
   * that another device has taken since, with `not-signed-in` for one that was shut with its sign-in, and with `removed`
   * for somebody whom staff removed.
   */
  async authenticateSeat(classId: ClassId, seatId: SeatId, seatSecret: string): Promise<SeatRecord> {
    const row = await this.#rows.find(classId, seatId);
    if (!row) {
      await this.#classes.classById(classId);
      throw new LecternError('seat-wrong');
    }
    if (!tokenMatches(seatSecret, row.secret_hash)) throw new LecternError(whyShut(row));
    if (row.removed_at) throw new LecternError('removed');
    const role = await this.#roleNow(row);
    return toRecord({ ...row, role });
  }

  /** Notes that somebody came in with this seat, so that a lock keeps them out no more. Never rejects. */
  async noteArrival(seatId: SeatId, at: Date): Promise<void> {
    await this.#writer.writeRow(ARRIVED, [seatId, at.toISOString()]).catch(() => undefined);
  }

  /** Students who were ever inside the class, those who were removed not counted. */
  async studentsWhoCame(classId: ClassId): Promise<number> {
    const [row] = await this.#database.query<{ came: number }>(
      `select count(*)::int as came from seat
       where class_id = $1 and role = 'student' and arrived_at is not null and removed_at is null`,
      [classId],
    );
    return row?.came ?? 0;
  }

  /** Marks a seat as removed: its secret opens nothing from now on. Rejects with `not-found`. */
  async removeSeat(classId: ClassId, seatId: SeatId, at: Date): Promise<void> {
    const removed = await this.#database.query(
      `update seat set removed_at = coalesce(removed_at, $3) where class_id = $1 and seat_id = $2 returning seat_id`,
      [classId, seatId, at],
    );
    if (removed.length === 0) throw new LecternError('not-found');
  }

  /**
   * Gives a seat behind a join link: the kept one when its secret fits and it is whoever asks that it was given to, the
   * account's own, or a new one. Rejects with `link-wrong`, `class-ended`, `removed`, `class-locked`,
   * `guests-not-allowed`, `seat-wrong`, with `not-signed-in` where the sign-in ended meanwhile, and with `bad-request` for a guest
   * without a name.
   */
  async takeSeat(joinCode: string, request: SeatRequest): Promise<Seat> {
    const state = await this.#classes.classByJoinCode(joinCode);
    if (state.detail.status === 'ended') throw new LecternError('class-ended');
    const kept = await this.#keptSeat(state, request);
    if (kept) return kept;
    return request.account
      ? this.#accountSeat(state, request.account, request.at)
      : this.#guestSeat(state, request.name, request.at);
  }

  /** The account's seat in this class, and whether staff removed it; null where it has none. */
  async ofAccount(
    classId: ClassId,
    accountId: AccountId | null,
  ): Promise<{ readonly seatId: SeatId; readonly removed: boolean } | null> {
    const row = accountId && (await this.#rows.ofAccount(classId, accountId));
    return row ? { seatId: row.seat_id, removed: row.removed_at !== null } : null;
  }

  /** The role that an account has in the course's classes by its membership; everybody else is a student. */
  async roleIn(courseId: CourseId, accountId: AccountId | null): Promise<ClassRole> {
    if (!accountId) return 'student';
    return (await this.#rows.membership(courseId, accountId)) ?? 'student';
  }

  async #keptSeat(state: ClassState, { account, name, keep }: SeatRequest): Promise<Seat | null> {
    if (!keep) return null;
    const { classId, courseId } = state.detail;
    const row = await this.#rows.find(classId, keep.seatId);
    const known = row && tokenMatches(keep.seatSecret, row.secret_hash);
    // Whoever has signed in since sits down as that account; whoever has signed out leaves the account's seat to it.
    if (!known || row.account_id !== (account?.accountId ?? null)) {
      if (account) return null;
      throw new LecternError('seat-wrong');
    }
    if (row.removed_at) throw new LecternError('removed');
    if (state.locked && !hasArrived(row)) throw new LecternError('class-locked');
    const kept = {
      name: account?.name ?? name ?? row.name,
      role: await this.roleIn(courseId, row.account_id),
    };
    const written = await this.#rows.keep({ seatId: row.seat_id, sessionHash: sessionHash(account), ...kept });
    if (!written) throw new LecternError('not-signed-in');
    return { classId, seatId: row.seat_id, seatSecret: keep.seatSecret, ...kept };
  }

  async #accountSeat(state: ClassState, account: NonNullable<SeatRequest['account']>, at: Date): Promise<Seat> {
    const { classId, courseId } = state.detail;
    const { accountId, name } = account;
    const [role, existing] = await Promise.all([
      this.roleIn(courseId, accountId),
      this.#rows.ofAccount(classId, accountId),
    ]);
    if (existing?.removed_at) throw new LecternError('removed');
    if (!existing && role === 'student' && state.locked) throw new LecternError('class-locked');
    const seatSecret = newToken();
    const seatId = await this.#rows.seatAccount({
      ...{ classId, accountId, name, role, at },
      ...{ secretHash: hashToken(seatSecret), sessionHash: sessionHash(account) },
    });
    if (seatId === null) throw new LecternError('not-signed-in');
    return { classId, seatId, seatSecret, name, role };
  }

  async #guestSeat(state: ClassState, name: string | undefined, at: Date): Promise<Seat> {
    const { classId, guestsAllowed } = state.detail;
    if (!guestsAllowed) throw new LecternError('guests-not-allowed');
    if (name === undefined) throw new LecternError('bad-request');
    if (state.locked) throw new LecternError('class-locked');
    const seatId = seatIdSchema.parse(randomUUID());
    const seatSecret = newToken();
    const row = [seatId, classId, Buffer.from(hashToken(seatSecret)).toString('hex'), name, at.toISOString()];
    await this.#writer.writeRow(NEW_GUESTS, row);
    return { classId, seatId, seatSecret, name, role: 'student' };
  }

  /** A member of staff may have been made one since the seat was given: hands, chat and stage show the role of the seat. */
  async #roleNow({
    class_id: classId,
    seat_id: seatId,
    account_id: accountId,
    role: before,
  }: SeatRow): Promise<ClassRole> {
    if (accountId === null) return before;
    const { courseId } = await this.#classes.classById(classId);
    const role = await this.roleIn(courseId, accountId);
    if (role !== before) await this.#database.query('update seat set role = $2 where seat_id = $1', [seatId, role]);
    return role;
  }
}

/**
 * Ends what opens the account's seats in the classes of a course that have not ended, and gives these seats: the account
 * takes them anew, as what it is by then.
 */
export function shutSeatsIn(database: Database, courseId: CourseId, accountId: AccountId): Promise<ShutSeat[]> {
  return database.query<{ classId: ClassId; seatId: SeatId }>(
    `update seat set secret_hash = $3, session_hash = null from class
     where class.class_id = seat.class_id and class.status <> 'ended'
       and class.course_id = $1 and seat.account_id = $2
     returning seat.class_id as "classId", seat.seat_id as "seatId"`,
    [courseId, accountId, hashToken(newToken())],
  );
}

function sessionHash(account: SeatRequest['account']): Uint8Array | null {
  return account?.session ? hashToken(account.session) : null;
}

function whyShut({
  account_id: accountId,
  session_hash: session,
}: SeatRow): 'seat-wrong' | 'not-signed-in' | 'conflict' {
  if (accountId === null) return 'seat-wrong';
  return session === null ? 'not-signed-in' : 'conflict';
}

function toRecord(row: SeatRow): SeatRecord {
  return {
    seatId: row.seat_id,
    classId: row.class_id,
    accountId: row.account_id,
    name: row.name,
    role: row.role,
    removed: row.removed_at !== null,
    arrived: hasArrived(row),
    wasInside: row.arrived_at !== null,
  };
}

/** An account has one seat in a class; a guest can take several ahead. */
function hasArrived(row: SeatRow): boolean {
  return row.account_id !== null || row.arrived_at !== null;
}
