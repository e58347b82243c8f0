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

/** From the lobby: camera and microphone on, and the class begins. */
export async function teachWithCamera(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Turn on camera and microphone' }).click();
  await page.getByLabel('Preview of your camera').waitFor();
  await page.getByRole('button', { name: 'Start the class' }).click();
  await page.locator('video').first().waitFor();
}

/** A guest, from the join page on. */
export async function enterAsGuest(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}
