/** A class that is asked together downloads over this long for each student in it: half of them take some 0.5 Gbit/s then. */
const SPREAD_MS_PER_STUDENT = 60;
/** Nobody waits longer, in however large a class. */
const MOST_MS = 120_000;

/**
 * Milliseconds that a student who has said Yes waits before downloading what measures, in a class of so many: drawn anew by
 * each page, so that a class that was asked together leaves the server's line to sound and picture.
 */
export function downloadDelayMs(students: number, random: () => number = Math.random): number {
  return random() * Math.min(MOST_MS, students * SPREAD_MS_PER_STUDENT);
}
