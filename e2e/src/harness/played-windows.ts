import type { WindowOutcome } from '@lectern/contracts';
import type { Person } from './person.ts';

/** One window as a device would have measured it: its index on the class clock, and what could be told. */
export interface PlayedWindow {
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
}

/**
 * From now on this person's browser measures nothing: in place of the worker a program stands that gives these windows, one after the
 * other, as soon as measuring begins. Minutes of a class pass in a moment; all else is the product's own.
 */
export async function playWindows(person: Person, windows: readonly PlayedWindow[]): Promise<void> {
  const program = `
    const windows = ${JSON.stringify(windows)};
    let played = false;
    onmessage = ({ data }) => {
      if (data.type === 'init') postMessage({ type: 'ready' });
      if (data.type !== 'clock' || data.sample.classMs === null || played) return;
      played = true;
      for (const window of windows) postMessage({ type: 'window', ...window });
    };`;
  await person.page.route('**/attention/worker*.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: program }),
  );
}

/** So many minutes of windows with the same outcome, after those before. */
export function minutesOf(
  minutes: number,
  outcome: WindowOutcome,
  after: readonly PlayedWindow[] = [],
): PlayedWindow[] {
  const from = (after.at(-1)?.windowIndex ?? -1) + 1;
  const windows = Array.from({ length: minutes * 12 }, (_, index) => ({ windowIndex: from + index, outcome }));
  return [...after, ...windows];
}
