import type { ClassDetail } from '@lectern/contracts';
import type { PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';

/** Opens the join page as a guest, gives a name, and resolves in class (or in its lobby). */
export async function joinAsGuest(
  browser: PersonalBrowser,
  product: Product,
  planned: ClassDetail,
  name: string,
): Promise<Page> {
  const page = await browser.page();
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.waitForURL(/\/class\//);
  return page;
}

/** Brings the school's instructor into the class through the join page, signed in by the session's cookie. */
export async function joinAsInstructor(
  browser: PersonalBrowser,
  product: Product,
  school: School,
  planned: ClassDetail,
): Promise<Page> {
  await signIn(browser, product, school);
  const page = await browser.page();
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.waitForURL(/\/class\//);
  return page;
}

/** Hands the instructor's session to a browser. */
export async function signIn(browser: PersonalBrowser, product: Product, school: School): Promise<void> {
  const [name = '', value = ''] = school.instructor.cookie.split(/=(.*)/s);
  await browser.context.addCookies([{ name, value, url: product.url }]);
}

/** Starts the class from its lobby without camera or microphone. */
export async function startClass(instructor: Page): Promise<void> {
  await instructor.getByRole('button', { name: 'Start the class' }).click();
  await instructor.getByText('Live', { exact: true }).waitFor();
}
