import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { assembleAssets } from '../src/attention/build/assemble-assets.ts';
import { buildWorker } from '../src/attention/build/build-worker.ts';
import { launchChromium } from './chromium.ts';
import { servedHead } from './ict-face/coarse-skin.ts';
import { cacheFolder, headFile, labSource, landmarkerModel } from './lab-files.ts';
import { serveStrictly } from './strict-server.ts';

/** A page of the lab in its own Chromium. */
export interface LabPage {
  readonly page: Page;
  readonly browser: Browser;
  readonly origin: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface LabPageOptions {
  /** Source of the page's module, in the lab's folder. */
  readonly source: string;
  /** A worker of the lab's to serve in the shipped one's place. */
  readonly workerSource?: string;
  readonly chromiumArgs?: readonly string[];
  /** Names that the page's global object shall lack, as in a browser without them. */
  readonly without?: readonly string[];
}

/** Bundles and opens a page of the lab, with the served assets and the morphable head beside it. */
export async function openLabPage(options: LabPageOptions): Promise<LabPage> {
  const assetsDir = cacheFolder('attention');
  let manifest = await assembleAssets({
    outDir: assetsDir,
    landmarkerModel: landmarkerModel(),
    brotli: false,
  });
  if (options.workerSource !== undefined) {
    const code = Buffer.from(await buildWorker(labSource(options.workerSource)));
    const sha256 = createHash('sha256').update(code).digest('hex');
    const name = `lab-worker.${sha256.slice(0, 12)}.js`;
    await writeFile(join(assetsDir, name), code);
    const worker = { role: 'worker', name, bytes: code.byteLength, brotliBytes: code.byteLength, sha256 };
    manifest = { version: 1, files: [worker, ...manifest.files.filter((file) => file.role !== 'worker')] };
  }
  const files = new Map([
    ['/attention/manifest.json', { body: Buffer.from(JSON.stringify(manifest)), contentType: 'application/json' }],
    ['/ict-face.json', { body: await servedHead(), contentType: 'application/json' }],
    ['/canonical-face.obj', { body: await headFile('face_model_with_iris.obj'), contentType: 'text/plain' }],
    ['/ict-face.bin', { body: await headFile('ict-face.bin'), contentType: 'application/octet-stream' }],
  ]);
  const server = await serveStrictly(assetsDir, manifest, {
    script: await buildWorker(labSource(options.source)),
    files,
  });
  const browser = await launchChromium(options.chromiumArgs);
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    process.stderr.write(`page: ${String(error)}\n`);
  });
  await page.addInitScript((names) => {
    for (const name of names) Reflect.deleteProperty(globalThis, name);
  }, options.without ?? []);
  await page.goto(server.origin);
  return {
    page,
    browser,
    origin: server.origin,
    requests: server.requests,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
