import type { ClassCard } from '@lectern/contracts';
import { day, isSameDay, timeOfDay } from '../app/format.ts';
import { m } from '../paraglide/messages.js';

/** When a class starts, as the door says it, in the reader's zone. */
export function startsText(card: Pick<ClassCard, 'status' | 'startsAt'>, now: Date): string {
  const startsAt = card.startsAt === null ? null : new Date(card.startsAt);
  if (card.status === 'live') return m.join_live();
  if (card.status === 'ended') return m.planned_status_ended();
  if (!startsAt) return m.join_unscheduled();
  if (startsAt <= now) return m.join_late({ time: timeOfDay(startsAt) });
  if (isSameDay(startsAt, now)) return m.join_early({ time: timeOfDay(startsAt) });
  return m.join_early_day({ day: day(startsAt, now), time: timeOfDay(startsAt) });
}
