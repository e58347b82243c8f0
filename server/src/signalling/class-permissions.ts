import type { ClassId, CourseId, SeatId } from '@lectern/contracts';
import type { PermissionAnswer, PermissionRecords } from '../class-records/permission-records.ts';
import type { Clock } from '../classroom/clock.ts';
import type { Contributions } from '../classroom/contributions.ts';
import type { SeatRecord } from '../courses/seats.ts';

type Answerer = Pick<SeatRecord, 'seatId' | 'accountId'>;
type Asker = Answerer & Pick<SeatRecord, 'wasInside'>;
type Answer = Pick<PermissionAnswer, 'permission' | 'granted' | 'wording' | 'language'>;

interface Around {
  readonly classId: ClassId;
  readonly course: CourseId;
  readonly contributions: Contributions;
  readonly records: PermissionRecords;
  readonly clock: Clock;
}

/**
 * The students' answers on their way to the records and back: one after the other for each seat, in the order in which
 * they were given, so that a slow Yes never stands over a later No.
 */
export class ClassPermissions {
  readonly #around: Around;
  readonly #turns = new Map<SeatId, Promise<unknown>>();
  /** The newest answer of each seat that is still being written. */
  readonly #newest = new Map<SeatId, Answer>();

  constructor(around: Around) {
    this.#around = around;
  }

  /** What the records say of this seat, once the answers that it has given are written; null: ask. */
  recorded({ seatId, accountId, wasInside }: Asker): Promise<boolean | null> {
    const { records, course, contributions } = this.#around;
    // A guest who was never inside was never asked: most of those who come at once.
    const isNew = accountId === null && !wasInside && contributions.answer(seatId) === null;
    if (isNew && !this.#turns.has(seatId)) return Promise.resolve(null);
    return this.#inTurn(seatId, () => records.contributes(course, seatId, accountId));
  }

  /** Takes an answer. A No holds at once, a Yes once it is on disk and was not taken back meanwhile. */
  async answer({ seatId, accountId }: Answerer, answer: Answer): Promise<void> {
    const { classId, course, contributions, records, clock } = this.#around;
    this.#newest.set(seatId, answer);
    if (!answer.granted) contributions.set(seatId, false);
    const at = new Date(clock.wallMs());
    try {
      await this.#inTurn(seatId, () => records.record({ classId, courseId: course, seatId, accountId, ...answer }, at));
      if (this.#newest.get(seatId) === answer) contributions.set(seatId, answer.granted);
    } finally {
      if (this.#newest.get(seatId) === answer) this.#newest.delete(seatId);
    }
  }

  #inTurn<T>(seatId: SeatId, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(seatId) ?? Promise.resolve();
    const result = before.then(work);
    const turn = result
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(seatId) === turn) this.#turns.delete(seatId);
      });
    this.#turns.set(seatId, turn);
    return result;
  }
}
