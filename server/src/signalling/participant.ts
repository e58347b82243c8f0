import type { Arrival } from './class-seating.ts';
import type { ClassSession } from './class-session.ts';
import type { Connection, Seated } from './connection.ts';

/** Whoever speaks in a class: what messages are answered to. */
export interface Participant extends Seated {
  readonly session: ClassSession;
}

/** Seats whoever connected, as `ClassEntrance.arrive` does. */
export async function takePart(
  session: ClassSession,
  connection: Connection,
  arrival: Arrival,
): Promise<Participant | null> {
  const seated = await session.entrance.arrive(connection, arrival);
  return seated && { ...seated, session };
}
