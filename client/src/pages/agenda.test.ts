import { courseSchema, type Course } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { agenda, courseAgenda } from './agenda.ts';

const NOW = new Date('2026-03-02T08:00:00Z');
let serial = 0;
const id = (): string => `00000000-0000-4000-8000-${String((serial += 1)).padStart(12, '0')}`;

function course(
  classes: readonly { title: string; status?: string; startsAt?: string | null; endedAt?: string }[],
): Course {
  const courseId = id();
  return courseSchema.parse({
    courseId,
    title: 'Statistics',
    role: 'instructor',
    members: [],
    studentsPerClass: 2000,
    classes: classes.map(({ title, status = 'planned', startsAt = null, endedAt = null }) => ({
      classId: id(),
      courseId,
      courseTitle: 'Statistics',
      title,
      instructors: [],
      startsAt,
      status,
      guestsAllowed: true,
      synthetic: false,
      joinCode: 'aaaa-bbbb-cccc',
      durationMinutes: null,
      expectedPeople: null,
      signalEnabled: true,
      startedAt: null,
      endedAt,
    })),
  });
}

const titles = (classes: readonly { title: string }[]): string[] => classes.map(({ title }) => title);

describe('agenda', () => {
  it('shows what runs or waits now apart from what comes, the soonest first and unscheduled last', () => {
    const { now, next } = agenda(
      [
        course([
          { title: 'someday' },
          { title: 'tomorrow', startsAt: '2026-03-03T08:00:00Z' },
          { title: 'running', status: 'live' },
          { title: 'over', status: 'ended' },
        ]),
        course([
          { title: 'today', startsAt: '2026-03-02T09:00:00Z' },
          { title: 'waiting', status: 'open' },
        ]),
      ],
      NOW,
    );
    expect(titles(now).toSorted()).toEqual(['running', 'waiting']);
    expect(titles(next)).toEqual(['today', 'tomorrow', 'someday']);
  });

  it('keeps a class that is late, and drops one that was planned for more than a day ago', () => {
    const { next } = agenda(
      [
        course([
          { title: 'late', startsAt: '2026-03-02T07:00:00Z' },
          { title: 'missed', startsAt: '2026-02-28T07:00:00Z' },
        ]),
      ],
      NOW,
    );
    expect(titles(next)).toEqual(['late']);
  });
});

describe('courseAgenda', () => {
  it('puts the class that ended last on top of the past', () => {
    const { upcoming, past } = courseAgenda(
      course([
        { title: 'first', status: 'ended', endedAt: '2026-02-01T10:00:00Z' },
        { title: 'second', status: 'ended', endedAt: '2026-02-08T10:00:00Z' },
        { title: 'next' },
      ]),
    );
    expect(titles(past)).toEqual(['second', 'first']);
    expect(titles(upcoming)).toEqual(['next']);
  });
});
