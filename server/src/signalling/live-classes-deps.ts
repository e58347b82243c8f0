import type { AudioPtimeMs, ClassId, ContributorId, Institution, Pacing, SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { Clock } from '../classroom/clock.ts';
import type { StageLimits } from '../classroom/stage.ts';
import type { SignallingLimits } from '../config/limits.ts';
import type { ClassDirectory } from '../courses/class-directory.ts';
import type { Seats } from '../courses/seats.ts';
import type { Media } from '../media/start-media.ts';
import type { Database } from '../store/database.ts';

/** What signalling needs of the signal relay. */
export interface Signals {
  follow(
    classId: ClassId,
    options: { clock: () => number; resumed: boolean; present: () => number; minimumCohort: number },
  ): Promise<void>;
  accept(classId: ClassId, contributorId: ContributorId, seatId: SeatId, bytes: Uint8Array): void;
  forget(classId: ClassId, seatId: SeatId | null): void;
  unfollow(classId: ClassId): Promise<void>;
  pacing(classId: ClassId): Promise<Pacing>;
  on(
    event: 'acknowledged',
    listener: (classId: ClassId, seatId: SeatId, stored: number[], notCounted: number[]) => void,
  ): unknown;
  on(event: 'pacing', listener: (classId: ClassId, pacing: Pacing) => void): unknown;
}

/** What the live classes are made of. */
export interface LiveClassesDeps {
  readonly database: Database;
  readonly classes: Pick<
    ClassDirectory,
    | 'classState'
    | 'setClassStatus'
    | 'setLocked'
    | 'setSignalEnabled'
    | 'classSecret'
    | 'classesUnderWay'
    | 'expectedStudents'
  >;
  readonly seats: Pick<Seats, 'authenticateSeat' | 'noteArrival' | 'removeSeat' | 'studentsWhoCame'>;
  readonly institution: { current(): Institution };
  readonly media: Media;
  readonly signals: Signals;
  /** Throws `draining` while no class may begin. */
  readonly requireStarts: () => void;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Build of the server, told to each page. */
  readonly build: string;
  readonly limits?: Partial<LiveClassLimits>;
}

export interface LiveClassLimits {
  readonly stage: StageLimits;
  /** How long a place is kept after the connection was lost. */
  readonly graceMs: number;
  /** How long places are kept for those who may have been there when the server died. */
  readonly restartGraceMs: number;
  /** A live class that nobody is in for this long is ended: whoever taught it forgot to. */
  readonly abandonedAfterMs: number;
  /** How long it takes until the end of such a class is tried again after it failed. */
  readonly endAgainAfterMs: number;
  /** Batches go out this far apart at least. */
  readonly batchMs: number;
  /** Fewest contributors for which a figure may be shown. */
  readonly minimumCohort: number;
  /** Over how much time people come back after a worker died. */
  readonly resetSpreadMs: number;
  /** What one connection, or one seat, may do. */
  readonly signalling: SignallingLimits;
  /** Students in one class at the same time. */
  readonly studentsPerClass: number;
  /** How many may be on their way in at once; null: as many as workers and event loop take. */
  readonly admissionsAtOnce: number | null;
  /** How long somebody counts as on the way in at most, whose page does not open its media. */
  readonly admissionHoldMs: number;
  /** Milliseconds of sound in a packet of every microphone; null: by the size of the class. */
  readonly audioPtimeMs: AudioPtimeMs | null;
}
