import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { accessibilityProblems } from '../axe.ts';

/** A phone, a laptop, a projector. */
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Longest transition of the design, and a frame. */
const SETTLE_MS = 300;

interface Shot {
  readonly screen: string;
  readonly file: string;
  readonly problems: readonly string[];
}

export interface ShotOptions {
  /** False photographs the window only, for screens that fill it exactly. */
  readonly wholePage?: boolean;
  readonly widths?: readonly number[];
  /** Brings the page back into its state after it was given another size. */
  readonly prepare?: (width: number) => Promise<void>;
}

/** Photographs screens in each size and scheme, lets axe look at each, and lays out a sheet of all. */
export class Studio {
  readonly #directory: string;
  readonly #only: RegExp | null;
  readonly #shots: Shot[] = [];

  constructor(directory: string, only: RegExp | null) {
    this.#directory = directory;
    this.#only = only;
  }

  /** True when this screen was asked for. */
  wants(screen: string): boolean {
    return this.#only?.test(screen) ?? true;
  }

  /** Photographs what the page shows; it has the size from before again afterwards. */
  async shoot(screen: string, page: Page, options: ShotOptions = {}): Promise<void> {
    if (!this.wants(screen)) return;
    await mkdir(this.#directory, { recursive: true });
    const before = page.viewportSize();
    for (const size of SIZES) {
      if (options.widths && !options.widths.includes(size.width)) continue;
      await page.setViewportSize(size);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await options.prepare?.(size.width);
      for (const colorScheme of SCHEMES)
        await this.#take(
          screen,
          page,
          `${screen}-${size.width}-${colorScheme}`,
          colorScheme,
          options.wholePage ?? true,
        );
    }
    if (before) await page.setViewportSize(before);
    this.#report(screen);
  }

  /** One picture in each scheme at the size that the window has. */
  async shootOnce(screen: string, page: Page): Promise<void> {
    if (!this.wants(screen)) return;
    await mkdir(this.#directory, { recursive: true });
    for (const colorScheme of SCHEMES) await this.#take(screen, page, `${screen}-${colorScheme}`, colorScheme, false);
    this.#report(screen);
  }

  async #take(
    screen: string,
    page: Page,
    name: string,
    colorScheme: (typeof SCHEMES)[number],
    fullPage: boolean,
  ): Promise<void> {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(SETTLE_MS);
    const file = `${name}.png`;
    await page.screenshot({ path: join(this.#directory, file), fullPage });
    this.#shots.push({ screen, file, problems: await accessibilityProblems(page) });
  }

  #report(screen: string): void {
    const problems = this.#shots.filter((shot) => shot.screen === screen).flatMap((shot) => shot.problems);
    process.stdout.write(`${problems.length === 0 ? 'ok' : `${problems.length} problems`}  ${screen}\n`);
  }

  /** Every finding of axe with the picture it belongs to. */
  get problems(): string[] {
    return this.#shots.flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`));
  }

  /** One page that shows all pictures side by side. */
  async writeSheet(): Promise<string> {
    const figures = this.#shots.map(
      ({ file, problems }) =>
        `<figure><a href="${file}"><img loading="lazy" src="${file}" alt=""></a><figcaption>${file}${problems.length === 0 ? '' : ` · ${problems.length} problems`}</figcaption></figure>`,
    );
    const path = join(this.#directory, 'index.html');
    await writeFile(
      path,
      `<!doctype html><meta charset="utf-8"><title>Screens</title><style>body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:16px;background:#888}figure{margin:0}img{max-height:420px;max-width:640px;display:block}</style>${figures.join('\n')}\n`,
    );
    return path;
  }
}
