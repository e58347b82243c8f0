import { joinAsInstructor, LightClient, PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Locator, Page } from 'playwright-core';
import type { ClassDetail } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AnalyticsApart } from './harness/analytics-apart.ts';
import { replayedClass } from './harness/replayed-class.ts';

/** Six minutes: the first word needs five whole ones. */
const PASSED_WINDOWS = 72;
/** After the restart of the replay the server waits two minutes for windows that devices may have kept. */
const CAUGHT_UP_WITHIN_MS = 150_000;
const TEST_MS = 300_000;

let analytics: AnalyticsApart;
let product: Product;
let school: School;
let planned: ClassDetail;
let browser: PersonalBrowser;
let page: Page;
let pacing: Locator;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  analytics = await AnalyticsApart.start();
  closers.push(() => analytics.stop());
  product = await Product.start({ environment: analytics.environment });
  closers.push(() => product.stop());
  browser = await PersonalBrowser.launch();
  closers.push(() => browser.close());
});

afterAll(() => Promise.allSettled(closers.map((close) => close())));

it('says of twelve a word after five full minutes, and no figure anywhere', { timeout: TEST_MS }, async () => {
  school = await School.found(product);
  planned = await replayedClass(product, school, analytics, {
    contributors: 12,
    present: 14,
    windows: PASSED_WINDOWS,
  });
  page = await joinAsInstructor(browser, product, school, planned);
  pacing = page.getByRole('region', { name: 'Pacing' });
  await pacing.getByText(/^(Most|About half|Few) of those measured$/).waitFor({ timeout: CAUGHT_UP_WITHIN_MS });
  await pacing.getByText('Last five minutes, in words below 30 measured').waitFor();
  await pacing.getByText('Table', { exact: true }).click();
  await pacing.getByRole('row').first().waitFor();
  expect(await pacing.innerText()).not.toMatch(/\d\s?%/);
});

it('leaves half of a low column to hands, chat and people, with headline, chart and the fold in sight', async () => {
  await pacing.getByText('Chart', { exact: true }).click();
  await page.setViewportSize({ width: 1280, height: 720 });
  const [column, tabs] = await Promise.all([
    boxOf(page.getByRole('complementary', { name: /^Class: / })),
    boxOf(page.getByRole('tablist')),
  ]);
  const bottom = column.y + column.height;
  expect((bottom - tabs.y) / column.height).toBeGreaterThan(0.49);
  const [headline, chart, fold] = await Promise.all([
    boxOf(pacing.getByRole('heading').first()),
    boxOf(pacing.getByRole('img', { name: /^Chart of the last/ })),
    boxOf(pacing.getByRole('button', { name: 'Fold to a strip' })),
  ]);
  expect(headline.y).toBeGreaterThanOrEqual(column.y);
  expect(chart.y + chart.height).toBeLessThanOrEqual(fold.y);
  expect(fold.y + fold.height).toBeLessThanOrEqual(tabs.y);
});

it('sends the page no more than it shows', async () => {
  // The same person in another place, who takes the seat from the page: so this comes last.
  const staff = await LightClient.connect(product.url, await school.teach(planned));
  const { readings = [], fine } = staff.snapshot.pacing ?? {};
  staff.close();
  expect(readings.length).toBeGreaterThan(0);
  expect(new Set(readings.map(({ resolution }) => resolution))).toEqual(new Set(['words']));
  expect(fine).toEqual([]);
});

async function boxOf(part: Locator): Promise<{ y: number; height: number }> {
  const box = await part.boundingBox();
  if (box === null) throw new Error('not on the page');
  return box;
}
