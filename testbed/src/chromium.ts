import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=user-gesture-required',
];

export interface ChromiumOptions {
  /** Y4M or MJPEG file that plays as the camera, in a loop; without it Chromium's own test picture. */
  readonly camera?: string;
  readonly flags?: readonly string[];
  readonly context?: BrowserContextOptions;
}

/** A Chromium of its own with a fresh profile: one person's browser. */
export class PersonalBrowser {
  readonly context: BrowserContext;
  readonly #profile: string;
  /** Errors of the console and of scripts, for tests that expect none. */
  readonly errors: string[] = [];

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
    context.on('page', (page) => {
      this.#watch(page);
    });
    for (const page of context.pages()) this.#watch(page);
  }

  /** Rejects when there is no Chromium at /usr/bin/chromium; the remedy is `apt-get install chromium`. */
  static async launch(options: ChromiumOptions = {}): Promise<PersonalBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'lectern-chromium-'));
    const camera = options.camera === undefined ? [] : [`--use-file-for-fake-video-capture=${options.camera}`];
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: [...FLAGS, ...camera, ...(options.flags ?? [])],
      ignoreDefaultArgs: ['--mute-audio'],
      viewport: { width: 1280, height: 800 },
      ...options.context,
    });
    return new PersonalBrowser(context, profile);
  }

  /** The browser's first page. */
  async page(): Promise<Page> {
    return this.context.pages()[0] ?? (await this.context.newPage());
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${message.text()} (${message.location().url})`);
    });
  }
}
