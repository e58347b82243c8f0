import { sessionSchema } from '@lectern/contracts';
import { HttpSession, joinAsGuest, LightClient, PersonalBrowser, Product, School, signIn } from '@lectern/testbed';
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

/** Somebody who makes an account by this link. */
async function useLink(url: string, name: string): Promise<HttpSession> {
  const session = new HttpSession(product.url);
  await session.request('POST', '/api/accounts', sessionSchema, {
    name,
    email: `${name.toLowerCase()}@test.example`,
    password: 'correct horse battery',
    invitation: new URL(url).pathname.split('/').pop(),
  });
  return session;
}

it('withdraws a link that went to the wrong person', async () => {
  await openCourse();
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Instructor' }).check();
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = await dialog.getByRole('textbox').inputValue();
  await dialog.getByText('This address works on this computer only.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  const withdraw = page.getByRole('button', { name: /^Withdraw: Instructor, until / });
  await withdraw.waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await withdraw.click();
  await page.getByText('That link leads nowhere any more.').waitFor();
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor({ state: 'detached' });
  await expect(useLink(link, 'Mallory')).rejects.toMatchObject({ code: 'link-wrong' });
});

it('removes somebody who has used one, and offers no way to remove the only instructor', async () => {
  const stranger = await useLink(await school.invitation('instructor'), 'Stranger');
  await openCourse();
  await page.getByRole('button', { name: 'Leave the course' }).waitFor();
  await page.getByRole('button', { name: 'Remove Stranger from the course' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Stranger leaves classes that are under way').waitFor();
  await dialog.getByRole('button', { name: 'Remove from the course' }).click();
  await page.getByText('Stranger teaches here no more.').waitFor();
  await page.getByRole('button', { name: 'Leave the course' }).waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  const request = stranger.request('GET', `/api/courses/${school.courseId}`, sessionSchema);
  await expect(request).rejects.toMatchObject({ code: 'not-found' });
  expect(browser.errors).toEqual([]);
});

it('says that a link was accepted meanwhile, and lists whoever did', async () => {
  const [early, late] = [await school.invitation('assistant'), await school.invitation('instructor')];
  await openCourse();
  const withdraw = page.getByRole('button', { name: /^Withdraw: / });
  await expect.poll(() => withdraw.count()).toBe(2);
  await useLink(late, 'Late');
  await page.getByRole('button', { name: /^Withdraw: Instructor, until / }).click();
  await page.getByText('Already accepted.').waitFor();
  const remove = page.getByRole('button', { name: 'Remove Late from the course' });
  await remove.waitFor();
  await expect.poll(() => withdraw.count()).toBe(1);

  // Whoever comes back from another tab need not click on anything.
  const assistant = await useLink(early, 'Early');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByRole('button', { name: 'Remove Early from the course' }).waitFor();
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor({ state: 'detached' });
  await remove.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from the course' }).click();
  await remove.waitFor({ state: 'detached' });

  // Who only assists is not told to plan.
  await signIn(browser, product.url, assistant);
  await page.goto(product.url);
  await page.getByText('What the instructors of your courses plan appears here.').waitFor();
  await openCourse();
  await page.getByText('What they plan appears here.').waitFor();
  await signIn(browser, product.url, school.instructor);
});

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
    const dialog = page.getByRole('dialog');
    await page.getByRole('menuitem', { name: 'Cancel the class' }).evaluate(doubleClickIntoDialog);
    await dialog.getByText('Whoever waits is told').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel the class' }).click();
    await waiting.getByRole('heading', { name: 'This class will not take place' }).waitFor();
    await page.getByRole('heading', { name: 'Torque', exact: true }).waitFor({ state: 'detached' });
  } finally {
    staff.close();
    await student.close();
  }
});

/** Clicks, and gives the second click of a double click to the last button of the dialog that has come under the pointer. */
async function doubleClickIntoDialog(opener: HTMLElement | SVGElement): Promise<void> {
  opener.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
  const answers = () => [...document.querySelectorAll('dialog[open] footer button')];
  // Not by frames: on a busy machine one may take longer than a double click.
  while (answers().length === 0) await new Promise((resolve) => setTimeout(resolve));
  answers()
    .at(-1)
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }));
}

it('takes back a Yes that stands while nothing runs, without turning the camera on', async () => {
  const planned = await school.planClass({ title: 'Statics' });
  const staff = await LightClient.connect(product.url, await school.teach(planned));
  await staff.request('start-class', {});
  const seat = await school.sitDown(planned, 'Emmy');
  const before = await LightClient.connect(product.url, seat);
  await before.contribute();
  before.close();
  const student = await PersonalBrowser.launch({ context: CONTEXT });
  try {
    const reloaded = await student.page();
    await reloaded.goto(`${product.url}/c/${planned.joinCode}`);
    await reloaded.evaluate(
      ([key = '', kept = '']) => {
        localStorage.setItem(key, kept);
      },
      [`lectern.seat.${planned.classId}`, JSON.stringify(seat)],
    );
    await reloaded.goto(`${product.url}/class/${planned.classId}`);
    await reloaded.getByRole('heading', { name: 'Take part again?' }).waitFor();
    await reloaded.getByRole('button', { name: 'My privacy' }).click();
    const nothing = reloaded.getByText('In this class nothing is measured, so there is nothing to decide.');
    await staff.request('switch-signal', { enabled: false });
    await reloaded.getByRole('switch', { name: 'Help your teacher read the room' }).waitFor({ state: 'detached' });
    expect(await nothing.count()).toBe(0);
    await reloaded.getByRole('button', { name: 'Take my permission back' }).click();
    await nothing.waitFor();
    await staff.request('switch-signal', { enabled: true });
    await reloaded.getByText('Taken back. You are not asked again').waitFor();
    expect(await reloaded.evaluate(() => document.activeElement?.textContent)).toBe('Right now');
    await reloaded.getByRole('heading', { name: 'Take part again?' }).waitFor({ state: 'detached' });
    await expect
      .poll(async () => {
        const again = await LightClient.connect(product.url, seat);
        again.close();
        return again.snapshot.contributing;
      })
      .toBe(false);
  } finally {
    staff.close();
    await student.close();
  }
});
