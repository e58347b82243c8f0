import { linkSchema, sessionSchema } from '@lectern/contracts';
import { HttpSession, signIn, type PersonalBrowser, type Product, type School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Studio } from './studio.ts';

const HOUR_MS = 3_600_000;

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

/** Set-up and the empty states: before there is anything. */
export async function shootFirstRun(studio: Studio, product: Product, browser: PersonalBrowser): Promise<void> {
  const page = await browser.page();
  await open(page, product.setUpUrl);
  await studio.shoot('set-up', page);
  await page.getByRole('button', { name: 'Finish the set-up' }).click();
  await studio.shoot('set-up-incomplete', page, { widths: [360, 1280] });
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('heading', { name: 'Set up. Keep this password' }).waitFor();
  await studio.shoot('set-up-trial-ready', page);
  await page.getByRole('button', { name: 'Go on to the first class' }).click();
  await page.getByRole('heading', { name: 'Your classes' }).waitFor();
  await page.waitForLoadState('networkidle');
  await studio.shoot('home-empty', page);
}

/** A course in which somebody assists, with links that nobody has used yet. */
export async function fillCourse(url: string, school: School): Promise<void> {
  await new HttpSession(url).request('POST', '/api/accounts', sessionSchema, {
    name: 'Emmy Noether',
    email: 'noether@test.example',
    password: 'correct horse battery',
    invitation: new URL(await school.invitation('assistant')).pathname.split('/').pop(),
  });
  await school.invitation('instructor');
  await school.invitation('assistant');
}

/** The pages of somebody who teaches. */
export async function shootTeaching(
  studio: Studio,
  product: Product,
  browser: PersonalBrowser,
  school: School,
): Promise<void> {
  await signIn(browser, product.url, school.instructor);
  const page = await browser.page();
  await open(page, `${product.url}/course/${school.courseId}`);
  await studio.shoot('course-empty', page);
  await page.getByRole('button', { name: 'Plan a class' }).first().click();
  await studio.shoot('course-plan', page, { wholePage: false });
  const expected = page.getByRole('textbox', { name: 'How many people do you expect?' });
  const inSight = { widths: [360, 1280], wholePage: false, prepare: () => expected.scrollIntoViewIfNeeded() };
  await expected.fill('3000');
  await studio.shoot('course-plan-beyond', page, inSight);
  await expected.fill('2,000');
  await expected.press('Enter');
  await page.getByText('Use a whole number').waitFor();
  await studio.shoot('course-plan-wrong', page, inSight);
  await page.keyboard.press('Escape');

  const inAnHour = new Date(Date.now() + HOUR_MS).toISOString();
  await school.planClass({ title: 'Moments of inertia', startsAt: inAnHour, durationMinutes: 90 });
  await school.planClass({
    title: 'Angular momentum and the spinning top',
    startsAt: new Date(Date.now() + 7 * 24 * HOUR_MS).toISOString(),
    durationMinutes: 90,
    guestsAllowed: false,
  });
  await fillCourse(product.url, school);
  await open(page, `${product.url}/course/${school.courseId}`);
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor();
  await studio.shoot('course', page);
  await page.getByRole('button', { name: 'Remove Emmy Noether from the course' }).click();
  await studio.shoot('course-remove', page, { wholePage: false });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Invite' }).click();
  await studio.shoot('course-invite', page, { wholePage: false });
  await page.keyboard.press('Escape');
  // A menu closes when the window changes its size.
  const openMenu = (): Promise<void> => page.getByRole('button', { name: 'More about Moments of inertia' }).click();
  await studio.shoot('course-menu', page, { wholePage: false, prepare: openMenu });
  await page.keyboard.press('Escape');
  await openMenu();
  await page.getByRole('menuitem', { name: 'Show as QR code' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await studio.shoot('course-qr', page, { wholePage: false });
  await page.keyboard.press('Escape');
  await open(page, product.url);
  await studio.shoot('home', page);
  await open(page, `${product.url}/account`);
  await studio.shoot('account', page);
  await open(page, `${product.url}/operator`);
  await studio.shoot('operator', page);
}

async function resetLink({ instructor }: School): Promise<string> {
  const { account } = await instructor.request('GET', '/api/session', sessionSchema);
  const path = `/api/accounts/${account?.accountId ?? ''}/password-reset`;
  return (await instructor.request('POST', path, linkSchema)).url;
}

/** What stands before a door: signing in, links, joining. */
export async function shootDoors(
  studio: Studio,
  product: Product,
  browser: PersonalBrowser,
  school: School,
): Promise<void> {
  const page = await browser.page();
  await open(page, `${product.url}/sign-in`);
  await studio.shoot('sign-in', page);
  await page.getByRole('button', { name: /Make an account/ }).click();
  await page.getByRole('button', { name: 'Make the account' }).click();
  await studio.shoot('sign-up-incomplete', page, { widths: [360, 1280] });
  await open(page, await school.invitation('assistant'));
  await studio.shoot('invitation', page);
  await open(page, `${product.url}/invitation/${'x'.repeat(43)}`);
  await studio.shoot('invitation-wrong', page, { widths: [1280] });
  await open(page, await resetLink(school));
  await studio.shoot('password-reset', page, { widths: [360, 1280] });
  await open(page, `${product.url}/password-reset/${'x'.repeat(43)}`);
  await studio.shoot('password-reset-wrong', page, { widths: [1280] });
  await open(page, `${product.url}/nowhere`);
  await studio.shoot('not-found', page, { widths: [360, 1280] });

  const startsAt = new Date(Date.now() + HOUR_MS).toISOString();
  const planned = await school.planClass({ title: 'Moments of inertia', startsAt });
  await open(page, `${product.url}/c/${planned.joinCode}`);
  await studio.shoot('join', page);
  await page.getByRole('button', { name: 'Check camera and microphone' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /camera/i })
    .click();
  await page.getByRole('dialog').getByRole('meter').waitFor();
  await studio.shoot('join-devices', page, { wholePage: false });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await studio.shoot('join-no-name', page, { widths: [360, 1280] });
  const closed = await school.planClass({ title: 'Examination briefing', startsAt, guestsAllowed: false });
  await open(page, `${product.url}/c/${closed.joinCode}`);
  await studio.shoot('join-accounts-only', page, { widths: [360, 1280] });
  await open(page, `${product.url}/c/aaaa-bbbb-cccc`);
  await studio.shoot('join-wrong-link', page, { widths: [360, 1280] });
}
