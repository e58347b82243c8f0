import { randomUUID } from 'node:crypto';
import type { AccountId, ClassId, ClassRole, CourseId, SeatId } from '@lectern/contracts';
import { BatchedReads, pairOf, unpaired } from '../store/batched-reads.ts';
import { BatchedWrites } from '../store/batched-writes.ts';
import type { Database } from '../store/database.ts';

export interface SeatRow {
  readonly seat_id: SeatId;
  readonly class_id: ClassId;
  readonly account_id: AccountId | null;
  readonly secret_hash: Uint8Array;
  /** Null: a guest's, or shut since its account was signed out. */
  readonly session_hash: Uint8Array | null;
  readonly name: string;
  readonly role: ClassRole;
  readonly removed_at: Date | null;
  /** Null: nobody has come in with it yet. */
  readonly arrived_at: Date | null;
}

/** An account that sits down in a class. */
interface AccountSeat {
  readonly classId: ClassId;
  readonly accountId: AccountId;
  readonly secretHash: Uint8Array;
  /** Null: the account is known by other means than a sign-in. */
  readonly sessionHash: Uint8Array | null;
  readonly name: string;
  readonly role: ClassRole;
  readonly at: Date;
}

/** Whoever sits down again on a seat of their own. */
interface KeptSeat extends Pick<AccountSeat, 'sessionHash' | 'name' | 'role'> {
  readonly seatId: SeatId;
}

interface Membership {
  readonly course_id: CourseId;
  readonly account_id: AccountId;
  readonly role: ClassRole;
}

type SeatOfAccount = Pick<SeatRow, 'seat_id' | 'class_id' | 'account_id'>;

const SEATS_OF_ACCOUNTS = `
  select seat.* from seat
  join unnest($1::uuid[], $2::uuid[]) as asked (class_id, account_id) using (class_id, account_id)
  where seat.account_id is not null`;
const MEMBERSHIPS = `
  select course_id, account_id, role from course_member
  join unnest($1::uuid[], $2::uuid[]) as asked (course_id, account_id) using (course_id, account_id)`;
/**
 * The sign-ins were looked up a while ago. They are looked at once more by the statement that writes the seats, and held as long: one
 * that ends meanwhile would leave a seat that opens.
 */
const STILL_SIGNED_IN = `signed_in as (
    select token_hash from session where token_hash in (select decode(session, 'hex') from asked) for share
  )`;
const IS_SIGNED_IN = `(session is null or decode(session, 'hex') in (select token_hash from signed_in))`;
/** One list for each column. The account sits down on another device: the seat is the same, and only the newest secret opens it. */
const NEW_SEATS_OF_ACCOUNTS = `
  with asked as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as asked (seat_id, class_id, account_id, secret, session, name, role, created_at)
  ), ${STILL_SIGNED_IN}
  insert into seat (seat_id, class_id, account_id, secret_hash, session_hash, name, role, created_at)
  select seat_id, class_id, account_id, decode(secret, 'hex'), decode(session, 'hex'), name, role, created_at::timestamptz
  from asked where ${IS_SIGNED_IN}
  on conflict (class_id, account_id) where account_id is not null
  do update set secret_hash = excluded.secret_hash, name = excluded.name, role = excluded.role,
    session_hash = excluded.session_hash
  returning seat_id, class_id, account_id`;
const KEPT_SEATS = `
  with asked as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as asked (seat_id, session, name, role)
  ), ${STILL_SIGNED_IN}
  update seat set name = asked.name, role = asked.role, session_hash = decode(session, 'hex')
  from asked where seat.seat_id = asked.seat_id and ${IS_SIGNED_IN}
  returning seat.seat_id`;

/** Seats and memberships as they stand in the store. What people who come in together ask for is asked together, and so written. */
export class SeatRows {
  readonly #byId: BatchedReads<SeatRow>;
  readonly #ofAccounts: BatchedReads<SeatRow>;
  readonly #memberships: BatchedReads<Membership>;
  readonly #newOfAccounts: BatchedWrites<AccountSeat, SeatOfAccount>;
  readonly #kept: BatchedWrites<KeptSeat, Pick<SeatRow, 'seat_id'>>;

  constructor(database: Database) {
    this.#byId = new BatchedReads(
      (seatIds) => database.query<SeatRow>('select * from seat where seat_id = any($1::uuid[])', [seatIds]),
      (row) => row.seat_id,
    );
    this.#ofAccounts = new BatchedReads(
      (keys) => database.query<SeatRow>(SEATS_OF_ACCOUNTS, unpaired(keys)),
      (row) => pairOf(row.class_id, row.account_id),
    );
    this.#memberships = new BatchedReads(
      (keys) => database.query<Membership>(MEMBERSHIPS, unpaired(keys)),
      (row) => pairOf(row.course_id, row.account_id),
    );
    this.#newOfAccounts = new BatchedWrites({
      write: (seats) => database.query<SeatOfAccount>(NEW_SEATS_OF_ACCOUNTS, columnsOfNew(seats)),
      keyOf: (seat) => pairOf(seat.classId, seat.accountId),
      keyOfWritten: (row) => pairOf(row.class_id, row.account_id),
    });
    this.#kept = new BatchedWrites({
      write: (seats) => database.query<{ seat_id: SeatId }>(KEPT_SEATS, columnsOfKept(seats)),
      keyOf: (seat) => seat.seatId,
      keyOfWritten: (row) => row.seat_id,
    });
  }

  /** The seat with this id, undefined where the class has none such. */
  async find(classId: ClassId, seatId: SeatId): Promise<SeatRow | undefined> {
    const row = await this.#byId.find(seatId);
    return row?.class_id === classId ? row : undefined;
  }

  /** The account's seat in this class. */
  ofAccount(classId: ClassId, accountId: AccountId): Promise<SeatRow | undefined> {
    return this.#ofAccounts.find(pairOf(classId, accountId));
  }

  /** What the account is in the course; undefined where it is no member. */
  async membership(courseId: CourseId, accountId: AccountId): Promise<ClassRole | undefined> {
    return (await this.#memberships.find(pairOf(courseId, accountId)))?.role;
  }

  /** Gives the account its seat anew, and the seat's id; null where the sign-in has ended. */
  async seatAccount(seat: AccountSeat): Promise<SeatId | null> {
    return (await this.#newOfAccounts.write(seat))?.seat_id ?? null;
  }

  /** Notes who sits down again; false where the sign-in has ended. */
  async keep(seat: KeptSeat): Promise<boolean> {
    return (await this.#kept.write(seat)) !== undefined;
  }
}

function columnsOfNew(seats: readonly AccountSeat[]) {
  return [
    seats.map(() => randomUUID()),
    seats.map(({ classId }) => classId),
    seats.map(({ accountId }) => accountId),
    seats.map(({ secretHash }) => hex(secretHash)),
    seats.map(({ sessionHash }) => hex(sessionHash)),
    seats.map(({ name }) => name),
    seats.map(({ role }) => role),
    seats.map(({ at }) => at.toISOString()),
  ];
}

function columnsOfKept(seats: readonly KeptSeat[]) {
  return [
    seats.map(({ seatId }) => seatId),
    seats.map(({ sessionHash }) => hex(sessionHash)),
    seats.map(({ name }) => name),
    seats.map(({ role }) => role),
  ];
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}
