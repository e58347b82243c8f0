import { PERMISSIONS, type ClassId, type CourseId, type Permission, type SeatId } from '@lectern/contracts';
import type { NewestAnswers, PermissionAnswer, PermissionRecords } from '../class-records/permission-records.ts';
import type { Clock } from '../classroom/clock.ts';
import type { StudentAnswers } from '../classroom/student-answers.ts';
import type { SeatRecord } from '../courses/seats.ts';

type Answerer = Pick<SeatRecord, 'seatId' | 'accountId'>;
type Asker = Answerer & Pick<SeatRecord, 'wasInside'>;
type Answer = Pick<PermissionAnswer, 'permission' | 'granted' | 'wording' | 'language'>;

interface Around {
  readonly classId: ClassId;
  readonly course: CourseId;
  readonly answers: Readonly<Record<Permission, StudentAnswers>>;
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
  /** The newest answer of each seat to each question that is still being written. */
  readonly #newest: Readonly<Record<Permission, Map<SeatId, Answer>>> = { contribute: new Map(), remind: new Map() };

  constructor(around: Around) {
    this.#around = around;
  }

  /** What the records say of this seat, once the answers that it has given are written; null: nothing. */
  recorded({ seatId, accountId, wasInside }: Asker): Promise<NewestAnswers | null> {
    const { records, course, answers } = this.#around;
    // A guest who was never inside was never asked: most of those who come at once.
    const hasAnswered = PERMISSIONS.some((permission) => answers[permission].answer(seatId) !== null);
    const isNew = accountId === null && !wasInside && !hasAnswered;
    if (isNew && !this.#turns.has(seatId)) return Promise.resolve(null);
    return this.#inTurn(seatId, () => records.newest(course, seatId, accountId));
  }

  /** Takes what was read. What was answered in this class meanwhile is newer. */
  restore(seatId: SeatId, recorded: NewestAnswers): void {
    const { answers } = this.#around;
    for (const permission of PERMISSIONS) {
      const granted = recorded[permission];
      if (granted !== null && answers[permission].answer(seatId) === null) answers[permission].set(seatId, granted);
    }
  }

  /** Takes an answer. A No holds at once, a Yes once it is on disk and was not taken back meanwhile. */
  async answer({ seatId, accountId }: Answerer, answer: Answer): Promise<void> {
    const { classId, course, records, clock } = this.#around;
    const answers = this.#around.answers[answer.permission];
    const newest = this.#newest[answer.permission];
    newest.set(seatId, answer);
    if (!answer.granted) answers.set(seatId, false);
    const at = new Date(clock.wallMs());
    try {
      await this.#inTurn(seatId, () => records.record({ classId, courseId: course, seatId, accountId, ...answer }, at));
      if (newest.get(seatId) === answer) answers.set(seatId, answer.granted);
    } finally {
      if (newest.get(seatId) === answer) newest.delete(seatId);
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
