import { joinAsInstructor, PersonalBrowser, Product, School } from '@lectern/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AnalyticsApart } from './harness/analytics-apart.ts';
import { replayedClass } from './harness/replayed-class.ts';

/** Six minutes: the first word needs five whole ones. */
const PASSED_WINDOWS = 72;

let analytics: AnalyticsApart;
let product: Product;
let browser: PersonalBrowser;

beforeAll(async () => {
  analytics = await AnalyticsApart.start();
  product = await Product.start({ environment: analytics.environment });
  browser = await PersonalBrowser.launch();
});

afterAll(async () => {
  await browser.close();
  await product.stop();
  await analytics.stop();
});

it('says of twelve a word after five full minutes, and no figure anywhere', async () => {
  const school = await School.found(product);
  const planned = await replayedClass(product, school, analytics, {
    contributors: 12,
    present: 14,
    windows: PASSED_WINDOWS,
  });
  const page = await joinAsInstructor(browser, product, school, planned);
  const pacing = page.getByRole('region', { name: 'Pacing' });
  await pacing.getByText(/^(Most|About half|Few) of those measured$/).waitFor();
  await pacing.getByText('Last five minutes, in words below 30 measured').waitFor();
  await pacing.getByText('Table', { exact: true }).click();
  await pacing.getByRole('row').first().waitFor();
  expect(await pacing.innerText()).not.toMatch(/\d\s?%/);
});
