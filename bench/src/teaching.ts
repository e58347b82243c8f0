import type { ClassDetail } from '@lectern/contracts';
import type { PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';

/** The instructor in a browser of their own, in the lobby of a class. */
export async function enterAsInstructor(
  browser: PersonalBrowser,
  product: Product,
  school: School,
  planned: ClassDetail,
): Promise<Page> {
  const [name = '', value = ''] = school.instructor.cookie.split(/=(.*)/s);
  await browser.context.addCookies([{ name, value, url: product.url }]);
  const page = await browser.page();
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  return page;
}
