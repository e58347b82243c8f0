import type { ClassDetail } from '@lectern/contracts';
import type { Page } from 'playwright-core';
import type { PersonalBrowser } from './chromium.ts';
import type { Product } from './product.ts';
import type { HttpSession, School } from './school.ts';

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
  await signIn(browser, product.url, school.instructor);
  const page = await browser.page();
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.waitForURL(/\/class\//);
  return page;
}

/** Hands a session to a browser. */
export async function signIn(browser: PersonalBrowser, url: string, session: HttpSession): Promise<void> {
  const [name = '', value = ''] = session.cookie.split(/=(.*)/s);
  await browser.context.addCookies([{ name, value, url, sameSite: 'Lax', httpOnly: true }]);
}

/** Starts the class from its lobby without camera or microphone. */
export async function startClass(instructor: Page): Promise<void> {
  await instructor.getByRole('button', { name: 'Start the class' }).click();
  await instructor.getByText('Live', { exact: true }).waitFor();
}
