import { WINDOW_MS } from '@lectern/contracts';
import type { Page } from 'playwright-core';

/** What a page's workers said of their windows so far. */
export interface Looks {
  readonly windows: number;
  /** Of the camera, looked at in these windows. */
  readonly frames: number;
  /** The rate that was aimed at in the last of them, in Hz; NaN before the first. */
  readonly targetHz: number;
}

/**
 * Hears, in pages that are opened here from now on, what the worker that measures tells its page after each window of its own cost: the product
 * shows it to nobody. What is returned gives the sum so far.
 */
export async function hearLooks(page: Page): Promise<() => Promise<Looks>> {
  await page.addInitScript(() => {
    const looks = { windows: 0, frames: 0, targetHz: Number.NaN };
    Object.assign(globalThis, { lecternLooks: looks });
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener(
          'message',
          ({ data }: MessageEvent<{ type: string; frames: number; targetHz: number }>) => {
            if (data.type !== 'cost') return;
            looks.windows += 1;
            looks.frames += data.frames;
            looks.targetHz = data.targetHz;
          },
        );
      }
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { lecternLooks: Looks }).lecternLooks);
}

/** The looks of a stretch. */
export function looksBetween(before: Looks, after: Looks): Looks {
  return { ...after, windows: after.windows - before.windows, frames: after.frames - before.frames };
}

/** How often was looked, in words. */
export function rateInWords({ windows, frames, targetHz }: Looks): string {
  if (windows === 0) return 'no window ended';
  const hz = (frames * 1000) / (windows * WINDOW_MS);
  return `${hz.toFixed(1)} looks a second (${String(targetHz)} aimed at)`;
}
