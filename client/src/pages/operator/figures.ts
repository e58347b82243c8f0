import { m } from '../../paraglide/messages.js';
import { count, decimal } from '../../app/format.ts';

const MIB = 1024 * 1024;
/** Shares of a limit from which it is called by another word. */
const BUSY_FROM = 0.6;
const FULL_FROM = 0.85;

/** How near a load is to its limit, in words. */
export function nearness(load: number): string {
  if (load >= FULL_FROM) return m.operator_load_full();
  return load >= BUSY_FROM ? m.operator_load_busy() : m.operator_load_light();
}

export const isFull = (load: number): boolean => load >= FULL_FROM;

export function megabytes(bytes: number | null): string {
  return bytes === null ? m.operator_unknown() : m.operator_megabytes({ amount: count(Math.round(bytes / MIB)) });
}

/** Share of one core, e.g. "12 % of a core". */
export function ofACore(share: number | null): string {
  return share === null ? m.operator_unknown() : m.operator_of_a_core({ percent: count(Math.round(share * 100)) });
}

/** A value of a load test: whole where it is large. */
export function measured(value: number, unit: string): string {
  const shown = Math.abs(value) >= 100 ? count(Math.round(value)) : decimal(value);
  return unit === '' ? shown : `${shown} ${unit}`;
}
