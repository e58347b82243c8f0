import type { Page } from 'playwright-core';
import type { MeasuredWindow } from '../src/attention/attention-session.ts';
import { openLabPage, type LabPage, type LabPageOptions } from './lab-page.ts';

/** Opens the page with the real session, its camera playing this clip; nothing is measured yet. */
export function openSessionPage(camera: string, options: Omit<LabPageOptions, 'source'> = {}): Promise<LabPage> {
  const chromiumArgs = [`--use-file-for-fake-video-capture=${camera}`, ...(options.chromiumArgs ?? [])];
  return openLabPage({ ...options, source: 'session-page.ts', chromiumArgs });
}

/** Starts measuring, and resolves once the worker measures. */
export async function startMeasuring({ page }: LabPage): Promise<void> {
  await page.evaluate(() => window.lectern.start());
  await page.waitForFunction(() => window.lectern.log().states.at(-1)?.state.kind === 'measuring', null, {
    timeout: 60_000,
  });
}

/** `count` windows or more that closed from now on; the running one is left out. */
export async function nextWindows(page: Page, count: number): Promise<MeasuredWindow[]> {
  const seen = await page.evaluate(() => window.lectern.log().windows.length);
  await page.waitForFunction((enough) => window.lectern.log().windows.length >= enough, seen + 1 + count, {
    timeout: (count + 2) * 10_000,
  });
  return (await page.evaluate(() => [...window.lectern.log().windows])).slice(seen + 1);
}

/** What a machine that is busy with other things makes of a window: too few looks, or none of them just when the eyes closed. */
const SLOW: readonly string[] = ['too-few-frames', 'no-life-yet'];

/** The next `count` windows for which the machine was quick enough. Rejects when of four times as many too few were. */
export async function nextToldWindows(page: Page, count: number): Promise<MeasuredWindow[]> {
  const seen: MeasuredWindow[] = [];
  const told = (): MeasuredWindow[] =>
    seen.filter(({ outcome }) => outcome.kind === 'score' || !SLOW.includes(outcome.reason));
  while (told().length < count && seen.length < 4 * count) seen.push(...(await nextWindows(page, 1)));
  if (told().length < count) throw new Error(`no ${String(count)} windows were told: ${reasons(seen).join(', ')}`);
  return told();
}

export function scores(windows: readonly MeasuredWindow[]): number[] {
  return windows.flatMap(({ outcome }) => (outcome.kind === 'score' ? [outcome.score] : []));
}

export function reasons(windows: readonly MeasuredWindow[]): string[] {
  return windows.flatMap(({ outcome }) => (outcome.kind === 'abstain' ? [outcome.reason] : []));
}
