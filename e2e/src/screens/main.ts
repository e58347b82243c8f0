import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PersonalBrowser, Product, School } from '@lectern/testbed';
import { shootDoors, shootFirstRun, shootTeaching } from './pages.ts';
import { Studio } from './studio.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONTEXT = { locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(ROOT, 'tmp/screens') },
    /** A regular expression over the names of screens. */
    only: { type: 'string' },
  },
});
const studio = new Studio(resolve(values.out), values.only === undefined ? null : new RegExp(values.only));

try {
  await withProduct(async (product) => {
    await withBrowser((browser) => shootFirstRun(studio, product, browser));
  });
  await withProduct(async (product) => {
    const school = await School.found(product);
    await withBrowser((browser) => shootTeaching(studio, product, browser, school));
    await withBrowser((browser) => shootDoors(studio, product, browser, school));
  });
} finally {
  process.stdout.write(`\nAll pictures: ${await studio.writeSheet()}\n`);
  if (studio.problems.length > 0) {
    process.stderr.write(`\naxe found ${studio.problems.length} problems:\n${studio.problems.join('\n')}\n`);
    process.exitCode = 1;
  }
}

async function withProduct(use: (product: Product) => Promise<void>): Promise<void> {
  const product = await Product.start();
  try {
    await use(product);
  } finally {
    await product.stop();
  }
}

async function withBrowser(use: (browser: PersonalBrowser) => Promise<void>): Promise<void> {
  const browser = await PersonalBrowser.launch({ context: CONTEXT });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}
