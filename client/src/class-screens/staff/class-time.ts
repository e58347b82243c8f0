import { m } from '../../paraglide/messages.js';

/** Wall-clock time of the class clock's zero, from a reading of both clocks at one moment. */
export function startOf(classClockMs: number, nowMs: number): Date {
  return new Date(nowMs - classClockMs);
}

/** How long the class runs: "12 min", "1 h 5 min". */
export function runningWords(classClockMs: number): string {
  const running = Math.max(0, Math.floor(classClockMs / 60_000));
  const [hours, minutes] = [Math.floor(running / 60), running % 60];
  return hours === 0 ? m.class_running_minutes({ minutes }) : m.class_running_hours({ hours, minutes });
}
