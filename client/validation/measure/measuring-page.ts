import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../lab/chromium.ts';
import { cacheFolder, landmarkerModel } from '../../lab/lab-files.ts';
import { serveStrictly, type StrictServer } from '../../lab/strict-server.ts';
import { assembleAssets } from '../../src/attention/build/assemble-assets.ts';
import { buildWorker } from '../../src/attention/build/build-worker.ts';
import { writeWhole } from '../../src/attention/build/compress.ts';
import type { Job, Part } from './recorded.ts';
import { ServedFiles } from './served-files.ts';

/** For so long a page may say nothing about what it measures before it counts as broken down. */
const SILENT_MS = 120_000;

/** Chromium and the loopback server that it reads from. */
export interface MeasuringBrowser {
  /** SHA-256 of the model that scores. */
  readonly modelHash: string;
  readonly files: ServedFiles;
  /** Opens a page with a worker of its own, in a process of its own. */
  openPage(): Promise<MeasuringPage>;
  close(): Promise<void>;
}

/** Builds what runs in the pages and starts Chromium. Rejects with the remedy when it or the landmarker's model is missing. */
export async function openMeasuringBrowser(): Promise<MeasuringBrowser> {
  const assetsDir = cacheFolder('attention');
  const shipped = await assembleAssets({ outDir: assetsDir, landmarkerModel: landmarkerModel(), brotli: false });
  const code = Buffer.from(await buildWorker(sourceOf('recorded-worker.ts')));
  const sha256 = createHash('sha256').update(code).digest('hex');
  const name = `recorded-worker.${sha256.slice(0, 12)}.js`;
  await writeWhole(join(assetsDir, name), code);
  const worker = { role: 'worker', name, bytes: code.byteLength, brotliBytes: code.byteLength, sha256 };
  const manifest = { ...shipped, files: [worker, ...shipped.files.filter(({ role }) => role !== 'worker')] };
  const described = { body: Buffer.from(JSON.stringify(manifest)), contentType: 'application/json' };
  const files = new ServedFiles();
  const server = await serveStrictly(assetsDir, manifest, {
    script: await buildWorker(sourceOf('recordings-page.ts')),
    files: new Map([['/attention/manifest.json', described]]),
    answer: (request, response) => files.answer(request, response),
  });
  const browser = await launchChromium();
  return {
    modelHash: manifest.files.find(({ role }) => role === 'attention-model')?.sha256 ?? '',
    files,
    openPage: () => MeasuringPage.open(browser, server),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** One page with its worker. */
export class MeasuringPage {
  readonly #context: BrowserContext;
  readonly #page: Page;
  #hear: (part: Part) => void = () => undefined;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  static async open(browser: Browser, server: StrictServer): Promise<MeasuringPage> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const opened = new MeasuringPage(context, page);
    await page.exposeFunction('tellRecording', (part: Part) => {
      opened.#hear(part);
    });
    await page.goto(server.origin);
    await page.evaluate(() => window.recordings.open());
    return opened;
  }

  /** Has a job done, telling each part. Rejects when the page or its worker broke down over it, or says nothing for two minutes. */
  async measure(job: Job, tell: (part: Part) => void): Promise<void> {
    let giveUp: (error: Error) => void = () => undefined;
    const brokenDown = new Promise<never>((_, reject) => (giveUp = reject));
    const silence = setTimeout(() => giveUp(new Error('Chromium gave no answer for two minutes')), SILENT_MS);
    const onCrash = (): void => giveUp(new Error('Chromium broke down over it, for want of memory say'));
    this.#page.once('crash', onCrash);
    this.#hear = (part) => {
      silence.refresh();
      tell(part);
    };
    try {
      await Promise.race([this.#page.evaluate((given) => window.recordings.measure(given), job), brokenDown]);
    } finally {
      clearTimeout(silence);
      this.#page.off('crash', onCrash);
      this.#hear = () => undefined;
    }
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

function sourceOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
