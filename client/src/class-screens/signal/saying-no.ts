import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { keepDeclined } from './declined-courses.ts';

type Asked = Pick<ClassSession, 'stopContributing' | 'declineContributing'> & {
  readonly card: Pick<ClassSession['card'], 'courseId'>;
};

/** Ends what runs first, and keeps the No on this device afterwards: nothing that keeps it comes in between. */
export function takePermissionBack(session: Asked, keep: typeof keepDeclined = keepDeclined): void {
  void session.stopContributing();
  keep(session.card.courseId);
}

/** A polite No to the question, likewise. */
export function sayNo(session: Asked, keep: typeof keepDeclined = keepDeclined): void {
  void session.declineContributing();
  keep(session.card.courseId);
}
