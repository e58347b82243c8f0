import { getLocale } from '../paraglide/runtime.js';

/** The reader's own variety of the page's language: somebody in Dublin reads English with 24 hours. */
function variety(): string {
  const language = getLocale();
  return navigator.languages.find((known) => known === language || known.startsWith(`${language}-`)) ?? language;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = variety() + JSON.stringify(options);
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(variety(), options);
  formatters.set(key, made);
  return made;
}

/** Time of day in the reader's zone and habit, e.g. "9:00 AM" or "09:00". */
export function timeOfDay(date: Date): string {
  return formatter({ hour: 'numeric', minute: '2-digit' }).format(date);
}

/** Time of day to the second. */
export function timeToTheSecond(date: Date): string {
  return formatter({ hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(date);
}

/** Day with weekday in the reader's zone; the year only when it is another one. */
export function day(date: Date, now: Date = new Date()): string {
  const sameYear = date.getFullYear() === now.getFullYear();
  return formatter({ weekday: 'long', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }).format(
    date,
  );
}

/** Day and time in the reader's zone, short; the year only when it is another one. */
export function dayAndTime(date: Date, now: Date = new Date()): string {
  return dayAndTimeFormatter(date, now).format(date);
}

function dayAndTimeFormatter(date: Date, now: Date): Intl.DateTimeFormat {
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  const options = { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' } as const;
  return formatter({ ...options, ...year });
}

/** From when to when, with the day, in the reader's zone, short; the year only when it is another one. */
export function dayAndTimes(from: Date, to: Date, now: Date = new Date()): string {
  return dayAndTimeFormatter(from, now).formatRange(from, to);
}

/** True when both fall on the same day of the reader's calendar. */
export function isSameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

/** A number in the reader's habit: "1,234" or "1.234". */
export function count(value: number): string {
  return new Intl.NumberFormat(variety()).format(value);
}

/** A number with up to two digits behind the point. */
export function decimal(value: number): string {
  return new Intl.NumberFormat(variety(), { maximumFractionDigits: 2 }).format(value);
}

/** Names as a list: "Ada, Grace and Emmy". */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(variety(), { type: 'conjunction' }).format(names);
}
