import type { Counts } from '@lectern/contracts';
import { count } from '../../app/format.ts';
import { m } from '../../paraglide/messages.js';

/** Who is in the class now, the same for everybody who looks: the students, and those who teach apart from them. */
export function presenceWords({ students, present }: Counts): string[] {
  const teaching = present - students;
  return [
    m.class_here({ count: students, shown: count(students) }),
    ...(teaching > 0 ? [m.class_teaching({ count: teaching, shown: count(teaching) })] : []),
  ];
}

/** The same for the roster, which holds the places of those too who are away for a moment. */
export function placesWords(counts: Counts, places: number): string[] {
  const away = places - counts.present;
  return [...presenceWords(counts), ...(away > 0 ? [m.class_people_away({ shown: count(away) })] : [])];
}
