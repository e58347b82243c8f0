import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Benchmark, joinAsInstructor, PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { enterAsGuest, teachWithCamera } from '../teaching.ts';

const JOIN_PAGE = { name: 'JavaScript to the join page', unit: 'kB', goal: 150 };
const IN_CLASS = { name: 'JavaScript in class', unit: 'kB', goal: 350 };
/** A page that loaded no script for so long has what it needs. */
const QUIET_MS = 2_000;

/** JavaScript that a student's browser loads, as gzip would send it. */
export const bundle: Benchmark = {
  name: 'bundle',
  about: 'JavaScript to the join page, and in class without the signal',
  goals: [JOIN_PAGE, IN_CLASS],
  async run(log) {
    const product = await Product.start();
    const [teaching, learning] = [await PersonalBrowser.launch(), await PersonalBrowser.launch()];
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      await teachWithCamera(await joinAsInstructor(teaching, product, school, planned));
      const page = await learning.page();
      const scripts = new LoadedScripts(page);
      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
      const joinPage = await scripts.gzipKb(log);
      await enterAsGuest(page, 'Grace Hopper');
      await page.getByRole('group', { name: 'Class controls' }).waitFor();
      await page.locator('video').first().waitFor();
      const inClass = await scripts.gzipKb(log);
      return [
        { ...JOIN_PAGE, value: joinPage, note: 'gzip -9 of each script loaded' },
        { ...IN_CLASS, value: inClass, note: 'live class with a stage, the join page included, no signal' },
      ];
    } finally {
      await Promise.all([teaching.close(), learning.close()]);
      await product.stop();
    }
  },
};

/** Every script that a page loads, preloaded ones included. */
class LoadedScripts {
  readonly #bodies = new Map<string, Promise<Buffer>>();

  constructor(page: Page) {
    page.on('response', (response) => {
      const isScript = response.headers()['content-type']?.includes('javascript') ?? false;
      if (isScript && !this.#bodies.has(response.url())) this.#bodies.set(response.url(), response.body());
    });
  }

  /** The sum so far, once no more come. */
  async gzipKb(log: (line: string) => void): Promise<number> {
    let known = -1;
    while (known !== this.#bodies.size) {
      known = this.#bodies.size;
      await setTimeout(QUIET_MS);
    }
    let bytes = 0;
    for (const [url, body] of this.#bodies) {
      const size = gzipSync(await body, { level: 9 }).byteLength;
      log(`${new URL(url).pathname}: ${(size / 1000).toFixed(1)} kB`);
      bytes += size;
    }
    return bytes / 1000;
  }
}
