import { readFile } from 'node:fs/promises';
import { accountExportSchema } from '@lectern/contracts';
import { PersonalBrowser, Product, School, signIn } from '@lectern/testbed';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';

const GRACE = 'a bug in the relay';

let product: Product;
let school: School;
let browser: PersonalBrowser;
let page: Page;

describe('an account', () => {
  beforeAll(async () => {
    product = await Product.start();
    school = await School.found(product);
  });
  afterAll(async () => {
    await product.stop();
  });
  beforeEach(async () => {
    browser = await PersonalBrowser.launch({ context: { locale: 'en-GB', timezoneId: 'Europe/Berlin' } });
    page = await browser.page();
  });
  afterEach(async () => {
    expect(browser.errors).toEqual([]);
    await browser.close();
  });

  async function signUpAsAssistant(name: string): Promise<void> {
    await page.goto(await school.invitation('assistant'));
    await page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await page.getByRole('textbox', { name: 'E-mail' }).fill(`${name.toLowerCase()}@test.example`);
    await page.getByRole('textbox', { name: 'Password' }).fill(GRACE);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Your classes' }).waitFor();
  }

  /** What scrolls under an open menu closes it: whatever moved the page has settled before. */
  async function openMenu(button: Locator): Promise<void> {
    await page.waitForLoadState('networkidle');
    await button.scrollIntoViewIfNeeded();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await button.click();
  }

  it('that is erased leaves no seat on the device', async () => {
    await signUpAsAssistant('Grace');
    const planned = await school.planClass();
    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.waitForURL(/\/class\//);
    const seats = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('lectern.seat.')));
    expect(await seats()).toHaveLength(1);

    await page.goto(`${product.url}/account`);
    await page.getByRole('button', { name: 'Erase my account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase your account?' });
    await dialog.getByText('everything that you wrote in classes').waitFor();
    await dialog.getByRole('textbox', { name: 'Your password' }).fill(GRACE);
    expect(await dialog.getByText('no other instructor').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await seats()).toEqual([]);
  });

  it('says before the password how many courses go with it', async () => {
    await signIn(browser, product.url, school.instructor);
    await page.goto(`${product.url}/account`);
    await page.getByRole('button', { name: 'Erase my account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase your account?' });
    await dialog.getByText('1 course has no other instructor and is erased too').waitFor();
    await dialog.getByText('You are the only operator.').waitFor();
    await dialog.getByRole('textbox', { name: 'Your password' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('is exported and erased by an operator on request', async () => {
    await signUpAsAssistant('Hedy');
    await page.context().clearCookies();
    await signIn(browser, product.url, school.instructor);
    await page.goto(`${product.url}/operator`);
    const other = page.getByRole('button', { name: 'More about Ada Lovelace' });
    await other.waitFor();
    await page.getByRole('searchbox').fill('hedy');
    await other.waitFor({ state: 'detached' });
    const more = page.getByRole('button', { name: 'More about Hedy' });
    await openMenu(more);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download the data' }).click(),
    ]);
    const kept: unknown = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(accountExportSchema.parse(kept).account.name).toBe('Hedy');

    await openMenu(more);
    await page.getByRole('menuitem', { name: 'Erase the account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase the account of Hedy?' });
    await dialog.getByRole('textbox', { name: 'Your own password' }).fill('correct horse battery');
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('The account of Hedy is erased.').waitFor();
    await page.getByText('No account fits “hedy”.').waitFor();

    await page.getByRole('searchbox').fill('ada');
    await openMenu(other);
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Download the data']);
  });
});
