/** The instructor is live by then; students come from then on. */
export const STUDENTS_AFTER_S = 3;
/** Added to the time that a class is planned to take: it ends by itself where nobody is left to remove it. */
export const SPARE_MINUTES = 10;

/** How long the server is asked to keep a class that is planned to take so many seconds. */
export function keptMinutes(lastsS: number): number {
  return Math.ceil(lastsS / 60) + SPARE_MINUTES;
}
