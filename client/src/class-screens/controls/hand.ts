import { EXACT_PLACES } from '@lectern/contracts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { m } from '../../paraglide/messages.js';
import { attempt } from '../session/attempt.ts';

/** Raises the own hand, or lowers it when it is up. */
export async function toggleHand(session: ClassSession): Promise<void> {
  await attempt(() => (session.hands.myPlace === null ? session.raiseHand() : session.lowerHand()));
}

/** What the button says and does. Far back the place is known by its step alone. */
export function handLabel(place: number | null): string {
  if (place === null) return m.class_hand_raise();
  return place > EXACT_PLACES ? m.class_hand_lower_behind({ count: place - 1 }) : m.class_hand_lower({ place });
}

/** The same in the little room below its sign. */
export function handShortLabel(place: number | null): string {
  if (place === null) return m.class_hand_short();
  return m.class_hand_place({ place: place > EXACT_PLACES ? `${place}+` : place });
}

/** What is said when the hand goes up, or comes to the front. */
export function handSaid(place: number): string {
  return place > EXACT_PLACES ? m.class_say_hand_behind({ count: place - 1 }) : m.class_say_hand_place({ place });
}
