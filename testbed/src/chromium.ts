import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { requireChromium } from '../../scripts/chromium.ts';
import { below, runningProcesses, type RunningProcess } from './processes.ts';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=document-user-activation-required',
];

/** What becomes of a page that asks for camera and microphone. */
const DEVICES = {
  given: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  refused: ['--deny-permission-prompts', '--use-fake-device-for-media-stream'],
  /** There is a microphone and no camera. */
  'no-camera': ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=0'],
} as const;

export interface ChromiumOptions {
  readonly devices?: keyof typeof DEVICES;
  /** Y4M or MJPEG file that plays as the camera, in a loop; without it Chromium's own test picture. */
  readonly camera?: string;
  readonly flags?: readonly string[];
  /** What the person has set in the browser, as its own file of preferences has it. */
  readonly preferences?: object;
  readonly context?: BrowserContextOptions;
}

/** A Chromium of its own with a fresh profile: one person's browser. */
export class PersonalBrowser {
  readonly context: BrowserContext;
  readonly #profile: string;
  #asleep = false;
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

  /** Rejects, and leaves nothing behind, when there is no Chromium or it does not start. */
  static async launch(options: ChromiumOptions = {}): Promise<PersonalBrowser> {
    const executablePath = await requireChromium();
    const profile = await mkdtemp(join(tmpdir(), 'lectern-chromium-'));
    const camera = options.camera === undefined ? [] : [`--use-file-for-fake-video-capture=${options.camera}`];
    try {
      if (options.preferences !== undefined) {
        await mkdir(join(profile, 'Default'));
        await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(options.preferences));
      }
      const context = await chromium.launchPersistentContext(profile, {
        executablePath,
        headless: true,
        args: [...FLAGS, ...DEVICES[options.devices ?? 'given'], ...camera, ...(options.flags ?? [])],
        ignoreDefaultArgs: ['--mute-audio'],
        viewport: { width: 1280, height: 800 },
        ...options.context,
      });
      return new PersonalBrowser(context, profile);
    } catch (error) {
      await removeProfile(profile);
      throw error;
    }
  }

  /** The browser's first page. */
  async page(): Promise<Page> {
    return this.context.pages()[0] ?? (await this.context.newPage());
  }

  /** Stops all its processes, as a laptop's sleep does; `wakeUp` lets them go on. */
  async fallAsleep(): Promise<void> {
    this.#asleep = true;
    await this.#signal('SIGSTOP');
  }

  async wakeUp(): Promise<void> {
    await this.#signal('SIGCONT');
    this.#asleep = false;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    for (const { pid } of await this.processes()) process.kill(pid, signal);
  }

  /** Its own that run now: the browser's, and all that it started. Linux only: rejects elsewhere. */
  async processes(): Promise<readonly RunningProcess[]> {
    // Children of those that name the profile do not name it themselves.
    const all = await runningProcesses();
    const named = all.filter(({ command }) => command.includes(this.#profile)).map(({ pid }) => pid);
    return below(named, all);
  }

  /** Ends it, asleep or not, and removes its profile. */
  async close(): Promise<void> {
    // One that sleeps would never end.
    if (this.#asleep) await this.wakeUp();
    await this.context.close();
    await removeProfile(this.#profile);
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${message.text()} (${message.location().url})`);
    });
  }
}

function removeProfile(profile: string): Promise<void> {
  return rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
