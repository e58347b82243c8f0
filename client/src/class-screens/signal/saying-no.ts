import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { declinedCourses } from './declined-courses.ts';

type Asked = Pick<ClassSession, 'stopContributing' | 'declineContributing'> & {
  readonly card: Pick<ClassSession['card'], 'courseId'>;
};

type Keep = (courseId: string) => void;
const keepDeclined: Keep = (courseId) => {
  declinedCourses.add(courseId);
};

/** Ends what runs first, and keeps the No on this device afterwards: nothing that keeps it comes in between. */
export function takePermissionBack(session: Asked, keep: Keep = keepDeclined): void {
  void session.stopContributing();
  keep(session.card.courseId);
}

/** A polite No to the question, likewise. */
export function sayNo(session: Asked, keep: Keep = keepDeclined): void {
  void session.declineContributing();
  keep(session.card.courseId);
}
