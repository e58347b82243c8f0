import { gzipSync } from 'node:zlib';
import { PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Benchmark } from '../figure.ts';

/** JavaScript that a student's browser loads, as gzip would send it. */
export const bundle: Benchmark = {
  name: 'bundle',
  about: 'JavaScript to the join page, and in class without the signal',
  async run(log) {
    const product = await Product.start();
    const browser = await PersonalBrowser.launch();
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      const page = await browser.page();
      const scripts = collectScripts(page);
      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await page.getByRole('button', { name: 'Join' }).waitFor();
      const joinPage = await scripts.gzipKb(log);
      await page.getByRole('textbox').first().fill('Grace Hopper');
      await page.getByRole('button', { name: 'Join' }).click();
      await page.waitForURL(/\/class\//);
      await page.waitForLoadState('networkidle');
      const inClass = await scripts.gzipKb(log);
      return [
        {
          name: 'JavaScript to the join page',
          value: joinPage,
          unit: 'kB',
          goal: 150,
          note: 'gzip -9 of each script loaded',
        },
        {
          name: 'JavaScript in class',
          value: inClass,
          unit: 'kB',
          goal: 350,
          note: 'the join page included, no signal',
        },
      ];
    } finally {
      await browser.close();
      await product.stop();
    }
  },
};

function collectScripts(page: Page): { gzipKb(log: (line: string) => void): Promise<number> } {
  const bodies = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') bodies.set(response.url(), response.body());
  });
  return {
    async gzipKb(log) {
      let bytes = 0;
      for (const [url, body] of bodies) {
        const size = gzipSync(await body, { level: 9 }).byteLength;
        log(`${new URL(url).pathname}: ${(size / 1000).toFixed(1)} kB`);
        bytes += size;
      }
      return bytes / 1000;
    },
  };
}
