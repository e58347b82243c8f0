import type { ClassEvent, Pacing, ParticipationMinute } from '@lectern/contracts';

/** What the pacing view shows: plain data that can be handed to another window. */
export interface PacingProps {
  /** Null until the first answer of the server. */
  readonly pacing: Pacing | null;
  readonly events: readonly ClassEvent[];
  readonly participation: readonly ParticipationMinute[];
  /** Wall-clock time of the class clock's zero; null before Start. */
  readonly startedAt: Date | null;
  /** True where nobody can take part, for the server has not all the files that measuring needs. */
  readonly lacksFiles: boolean;
  /** A load test: what is shown comes from programs. */
  readonly synthetic?: boolean;
  readonly hands: number;
  readonly hearing: number;
  readonly unread: number;
}
