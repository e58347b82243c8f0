import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { attempt } from '../session/attempt.ts';

/** Raises the own hand, or lowers it when it is up. */
export async function toggleHand(session: ClassSession): Promise<void> {
  await attempt(() => (session.hands.myPlace === null ? session.raiseHand() : session.lowerHand()));
}
