/** A moment as `datetime-local` wants it, in the reader's zone: "2026-03-02T09:00". */
export function toLocalInput(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What a `datetime-local` field holds, read in the reader's zone; null when it is empty or no date. */
export function fromLocalInput(value: string): Date | null {
  if (value === '') return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The next full hour at least half an hour away: what a planning form starts with. */
export function nextFullHour(now: Date): Date {
  const start = new Date(now.getTime() + 30 * 60_000);
  if (start.getMinutes() > 0 || start.getSeconds() > 0 || start.getMilliseconds() > 0)
    start.setHours(start.getHours() + 1, 0, 0, 0);
  return start;
}
