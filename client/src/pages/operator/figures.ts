import type { LoadTestResult, ProcessFigures } from '@lectern/contracts';
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

function megabytes(bytes: number | null): string {
  return bytes === null ? m.operator_unknown() : m.operator_megabytes({ amount: count(Math.round(bytes / MIB)) });
}

/** A process's memory: what load tests count, and what other tools show. */
export function memory({ ownBytes, residentBytes }: Pick<ProcessFigures, 'ownBytes' | 'residentBytes'>): string {
  return ownBytes === null
    ? m.operator_unknown()
    : m.operator_memory({ own: megabytes(ownBytes), resident: megabytes(residentBytes) });
}

/** Share of one core, e.g. "12 % of a core". */
export function ofACore(share: number | null): string {
  return share === null ? m.operator_unknown() : m.operator_of_a_core({ percent: count(Math.round(share * 100)) });
}

/** A value of a load test, or what it must stay below: whole where it is large. */
export function measured(value: number | null, unit: string): string {
  if (value === null) return m.operator_unmeasured();
  const shown = Math.abs(value) >= 100 ? count(Math.round(value)) : decimal(value);
  return unit === '' ? shown : `${shown} ${unit}`;
}

/** What came of a load test, the reason first for which its figures say less than they seem to. */
export function verdictOf({
  brokenOff,
  doesNotCount,
  notJudged,
  passed,
}: Pick<LoadTestResult, 'brokenOff' | 'doesNotCount' | 'notJudged' | 'passed'>):
  'broken-off' | 'uncounted' | 'passed' | 'passed-as-judged' | 'missed' {
  if (brokenOff) return 'broken-off';
  if (doesNotCount.length > 0) return 'uncounted';
  if (!passed) return 'missed';
  return notJudged.length === 0 ? 'passed' : 'passed-as-judged';
}

type Figures = LoadTestResult['figures'];

/** The figures with a goal, those that missed it in front, and the rest. */
export function inOrder(figures: Figures): { readonly goals: Figures; readonly rest: Figures } {
  const goals = figures.filter(({ goal }) => goal !== null);
  return {
    goals: [...goals.filter(({ passed }) => !passed), ...goals.filter(({ passed }) => passed)],
    rest: figures.filter(({ goal }) => goal === null),
  };
}
