import type { ClassDetail } from '@lectern/contracts';
import { dayAndTime, dayAndTimes } from '../app/format.ts';
import { m } from '../paraglide/messages.js';

type Times = Pick<ClassDetail, 'status' | 'startsAt' | 'durationMinutes' | 'startedAt' | 'endedAt'>;

/** When a class is planned for and how long it is to last; of one that has ended, when it really was. */
export function timesTexts({ status, startsAt, durationMinutes, startedAt, endedAt }: Times): string[] {
  if (status === 'ended' && startedAt !== null && endedAt !== null)
    return [dayAndTimes(new Date(startedAt), new Date(endedAt))];
  return [
    startsAt === null ? m.planned_unscheduled() : dayAndTime(new Date(startsAt)),
    ...(durationMinutes === null ? [] : [m.planned_minutes({ count: durationMinutes })]),
  ];
}
