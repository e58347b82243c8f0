import type { ClassDetail, Course } from '@lectern/contracts';

/** A class with the course it belongs to and what its reader is there. */
export interface PlannedClass extends ClassDetail {
  readonly myRole: Course['role'];
}

const NEXT_SHOWN = 5;

/** What the start page shows: classes that run or wait now, then those to come, the soonest first, unscheduled ones last. */
export function agenda(courses: readonly Course[], now: Date): { now: PlannedClass[]; next: PlannedClass[] } {
  const all = courses.flatMap((course) => course.classes.map((planned) => ({ ...planned, myRole: course.role })));
  const running = all.filter(({ status }) => status === 'live' || status === 'open');
  const coming = all.filter(({ status }) => status === 'planned');
  return {
    now: bySoonest(running),
    next: bySoonest(coming.filter((planned) => !longPast(planned, now))).slice(0, NEXT_SHOWN),
  };
}

/** Classes of one course in two lists: to come and now, the soonest first; ended, the latest first. */
export function courseAgenda(course: Course): { upcoming: PlannedClass[]; past: PlannedClass[] } {
  const all = course.classes.map((planned) => ({ ...planned, myRole: course.role }));
  return {
    upcoming: bySoonest(all.filter(({ status }) => status !== 'ended')),
    past: all
      .filter(({ status }) => status === 'ended')
      .toSorted((a, b) => time(b.endedAt ?? b.startsAt) - time(a.endedAt ?? a.startsAt)),
  };
}

function bySoonest(classes: readonly PlannedClass[]): PlannedClass[] {
  return classes.toSorted((a, b) => time(a.startsAt) - time(b.startsAt));
}

function time(at: string | null): number {
  return at === null ? Infinity : Date.parse(at);
}

/** Planned for more than a day ago and never started: no longer what comes next. */
function longPast(planned: PlannedClass, now: Date): boolean {
  return planned.startsAt !== null && Date.parse(planned.startsAt) < now.getTime() - 24 * 60 * 60_000;
}
