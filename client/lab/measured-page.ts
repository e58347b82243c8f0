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

/** The next `count` windows for which the machine was quick enough, and what came between. */
export async function nextToldWindows(page: Page, count: number): Promise<MeasuredWindow[]> {
  const told: MeasuredWindow[] = [];
  for (let tries = 0; told.length < count && tries < 4 * count; tries += 1) {
    const windows = await nextWindows(page, 1);
    told.push(...windows.filter(({ outcome }) => outcome.kind === 'score' || outcome.reason !== 'too-few-frames'));
  }
  return told;
}

export function scores(windows: readonly MeasuredWindow[]): number[] {
  return windows.flatMap(({ outcome }) => (outcome.kind === 'score' ? [outcome.score] : []));
}

export function reasons(windows: readonly MeasuredWindow[]): string[] {
  return windows.flatMap(({ outcome }) => (outcome.kind === 'abstain' ? [outcome.reason] : []));
}
