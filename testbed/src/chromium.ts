import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
      args: [...FLAGS, ...DEVICES[options.devices ?? 'given'], ...camera, ...(options.flags ?? [])],
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

  /** Stops all its processes, as a laptop's sleep does; `wakeUp` lets them go on. */
  async fallAsleep(): Promise<void> {
    await this.#signal('SIGSTOP');
  }

  async wakeUp(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await processesOf(this.#profile)) process.kill(pid, signal);
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

/** Chromium's processes with this profile, those included that do not name it: children of one that does. */
async function processesOf(profile: string): Promise<number[]> {
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
        const [command, status] = await Promise.all([read('cmdline'), read('status')]);
        return { pid: Number(name), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), command };
      }),
  );
  const found = new Set(processes.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  // Parents come before their children here as a rule; two rounds more cover the rest.
  for (let round = 0; round < 3; round += 1)
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  return [...found];
}
