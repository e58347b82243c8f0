import { joinAsGuest, LightClient, PersonalBrowser, Product, School, signIn } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';

const CONTEXT = { locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;

let product: Product;
let school: School;
let browser: PersonalBrowser;
let page: Page;

beforeAll(async () => {
  product = await Product.start();
  school = await School.found(product);
  browser = await PersonalBrowser.launch({ context: CONTEXT });
  page = await browser.page();
  await signIn(browser, product.url, school.instructor);
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

async function openCourse(): Promise<void> {
  await page.goto(`${product.url}/course/${school.courseId}`);
  await page.getByRole('heading', { name: 'Mechanics', level: 1 }).waitFor();
}

it('cancels a class that was opened by mistake, and tells whoever waits in it', async () => {
  const planned = await school.planClass({ title: 'Torque' });
  const staff = await LightClient.connect(product.url, await school.teach(planned));
  await staff.request('open-class', {});
  const student = await PersonalBrowser.launch({ context: CONTEXT });
  try {
    const waiting = await joinAsGuest(student, product, planned, 'Carl');
    await waiting.getByText('You are here unseen and unheard').waitFor();
    await openCourse();
    await page.getByRole('button', { name: 'More about Torque' }).click();
    await page.getByRole('menuitem', { name: 'Cancel the class' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Whoever waits is told').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel the class' }).click();
    await waiting.getByRole('heading', { name: 'This class will not take place' }).waitFor();
    await page.getByRole('heading', { name: 'Torque' }).waitFor({ state: 'detached' });
  } finally {
    staff.close();
    await student.close();
  }
});
