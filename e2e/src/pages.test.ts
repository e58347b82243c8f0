import { gzipSync } from 'node:zlib';
import { sessionSchema } from '@lectern/contracts';
import { HttpSession, PersonalBrowser, Product, School, signIn } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';

const CONTEXT = { locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;

let product: Product;
let school: School;
let browser: PersonalBrowser;
let page: Page;

describe('the first run', () => {
  it('is set up by one click that says what it sets, and leads to the first course', async () => {
    const fresh = await Product.start();
    const person = await PersonalBrowser.launch({ context: CONTEXT });
    try {
      const first = await person.page();
      await first.goto(fresh.setUpUrl);
      const trial = first.getByRole('region', { name: 'Only trying it out?' });
      await trial.getByText('Trial on this computer').waitFor();
      const password = await trial.getByRole('textbox', { name: 'Password' }).inputValue();
      expect(await accessibilityProblems(first)).toEqual([]);
      await trial.getByRole('button', { name: 'Try it out' }).click();
      const heading = first.getByRole('heading', { name: 'Set up. Keep this password' });
      await heading.waitFor();
      expect(await heading.evaluate((node) => node === document.activeElement)).toBe(true);
      expect(await first.getByRole('textbox', { name: 'E-mail' }).inputValue()).toBe('trial@lectern.example');
      expect(await first.getByRole('textbox', { name: 'Password' }).inputValue()).toBe(password);
      expect(await accessibilityProblems(first)).toEqual([]);
      await first.getByRole('button', { name: 'Go on to the first class' }).click();
      await first.getByRole('heading', { name: 'Teach your first class in three steps' }).waitFor();

      await first.getByRole('textbox', { name: 'Title of the course' }).fill('Statistics 1');
      await first.keyboard.press('Enter');
      await first.getByRole('heading', { name: 'Statistics 1', level: 1 }).waitFor();

      // What was set is what was said.
      await first.goto(`${fresh.url}/operator`);
      await first.getByRole('textbox', { name: 'Responsible body' }).waitFor();
      expect(await first.getByRole('textbox', { name: 'Responsible body' }).inputValue()).toBe(
        'Trial on this computer',
      );
      await first.context().clearCookies();
      await first.goto(`${fresh.url}/sign-in`);
      const hint = first.getByText('npm start -- --reset-operator');
      expect(await hint.isVisible()).toBe(false);
      await first.getByText('You run this Lectern?').click();
      await hint.waitFor();
      expect(await accessibilityProblems(first)).toEqual([]);
      await first.getByRole('textbox', { name: 'E-mail' }).fill('trial@lectern.example');
      await first.getByRole('textbox', { name: 'Password' }).fill(password);
      await first.keyboard.press('Enter');
      await first.getByRole('link', { name: /Statistics 1/ }).waitFor();
      expect(person.errors).toEqual([]);
    } finally {
      await person.close();
      await fresh.stop();
    }
  });
});

describe('the pages', () => {
  beforeAll(async () => {
    product = await Product.start();
    school = await School.found(product);
  });
  afterAll(async () => {
    await product.stop();
  });
  beforeEach(async () => {
    browser = await PersonalBrowser.launch({ context: CONTEXT });
    page = await browser.page();
  });
  afterEach(async () => {
    await browser.close();
  });

  it('plan a class and hand out its link by keyboard alone', async () => {
    await signIn(browser, product.url, school.instructor);
    await page.goto(`${product.url}/course/${school.courseId}`);
    await page.getByRole('button', { name: 'Plan a class' }).first().focus();
    await page.keyboard.press('Enter');
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.waitFor();
    expect(await title.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('Confidence intervals');
    const expected = page.getByRole('textbox', { name: 'How many people do you expect?' });
    await expected.focus();
    await page.keyboard.type('2,001');
    await page.keyboard.press('Enter');
    await page.getByText('Use a whole number from 1 to 20,000').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('2001');
    await page.getByText('A class here takes up to 2,000 students at a time').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Confidence intervals' }).waitFor();
    await page.getByText('Planned. Its link is ready').first().waitFor();
    await page.getByText('2,001 expected').waitFor();
    // The button that was pressed stood where nothing was planned yet.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');

    const more = page.getByRole('button', { name: 'More about Confidence intervals' });
    await more.focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Show as QR code');
    await page.keyboard.press('Enter');
    const link = await page.getByRole('dialog').getByRole('textbox').inputValue();
    expect(link).toMatch(/\/c\/[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await more.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Change' }).click();
    expect(await expected.inputValue()).toBe('2001');
    expect(browser.errors).toEqual([]);
  });

  it('show the link to be copied by hand where the browser refuses to copy it', async () => {
    const planned = await school.planClass({ title: 'Refused' });
    await page.addInitScript(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    });
    await signIn(browser, product.url, school.instructor);
    for (const path of ['/', `/course/${school.courseId}`]) {
      await page.goto(`${product.url}${path}`);
      const row = page.getByRole('listitem').filter({ hasText: 'Refused' });
      await row.getByRole('button', { name: 'Copy link for students' }).click();
      const dialog = page.getByRole('dialog', { name: 'Refused' });
      const link = await dialog.getByRole('textbox', { name: 'Link for students' }).inputValue();
      expect(link).toBe(`${product.url}/c/${planned.joinCode}`);
      await dialog.getByText('Mark the text and copy it by hand.').waitFor();
    }
  });

  it('keep the cross of a dialog in sight, however long a word of its title is', async () => {
    const title = 'Donaudampfschifffahrtsgesellschaftskapitänskunde';
    await school.planClass({ title });
    await signIn(browser, product.url, school.instructor);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${product.url}/course/${school.courseId}`);
    await page.getByRole('button', { name: `More about ${title}` }).click();
    await page.getByRole('menuitem', { name: 'Show as QR code' }).click();
    const dialog = page.getByRole('dialog', { name: title });
    const cross = await dialog.getByRole('button', { name: 'Close' }).boundingBox();
    const frame = await dialog.boundingBox();
    if (!cross || !frame) throw new Error('there is nothing to measure');
    expect(cross.x + cross.width).toBeLessThanOrEqual(frame.x + frame.width);
  });

  it('change the e-mail that an account signs in with', async () => {
    const session = new HttpSession(product.url);
    const account = { name: 'Carl', email: 'carl@test.example', password: 'correct horse battery' };
    await session.request('POST', '/api/accounts', sessionSchema, account);
    await signIn(browser, product.url, session);
    await page.goto(`${product.url}/account`);
    const email = page.getByRole('textbox', { name: 'E-mail address' });
    const change = async (next: string) => {
      await email.fill(next);
      await page.getByRole('textbox', { name: 'Your password' }).fill(account.password);
      await page.getByRole('button', { name: 'Change the address' }).click();
    };
    await change('ada@test.example');
    await page.getByText('Another account has this address.').waitFor();
    await change('friedrich@test.example');
    await page.getByText('From now on you sign in with friedrich@test.example.').first().waitFor();
    await page.context().clearCookies();
    await page.goto(`${product.url}/sign-in`);
    await page.getByRole('textbox', { name: 'E-mail' }).fill('friedrich@test.example');
    await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your classes' }).waitFor();
  });

  it('say at the door what happens, ask for nothing but a name, and keep the seat', async () => {
    const planned = await school.planClass({
      title: 'Torque',
      startsAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => {
        document.documentElement.dataset['asked'] = 'yes';
        return Promise.reject(new Error('asked for a device'));
      };
    });
    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByText(/Starts .* You will be let in\./).waitFor();
    await page.getByText('You come in unseen and unheard.').waitFor();
    await page.getByText(/^Responsible: Test University\. Contact: /).waitFor();
    await page.getByRole('button', { name: 'Join', exact: true }).focus();
    await page.keyboard.press('Enter');
    const name = page.getByRole('textbox', { name: 'Your name', description: 'Please fill this in.' });
    await name.waitFor();
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('Emmy Noether');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/class\//);
    const kept = await page.evaluate((classId) => localStorage.getItem(`lectern.seat.${classId}`), planned.classId);
    expect(JSON.parse(kept ?? 'null')).toMatchObject({
      classId: planned.classId,
      name: 'Emmy Noether',
      role: 'student',
    });
    expect(await page.evaluate(() => document.documentElement.dataset['asked'])).toBeUndefined();

    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByRole('button', { name: 'Come back in' }).click();
    await page.waitForURL(/\/class\//);
    const again = await page.evaluate((classId) => localStorage.getItem(`lectern.seat.${classId}`), planned.classId);
    expect(JSON.parse(again ?? 'null')).toMatchObject({
      seatId: (JSON.parse(kept ?? '{}') as { seatId: string }).seatId,
    });
  });

  describe('at a machine that many use', () => {
    const keptSeat = (classId: string) =>
      page
        .evaluate((id) => localStorage.getItem(`lectern.seat.${id}`), classId)
        .then((kept) => {
          return JSON.parse(kept ?? 'null') as { seatId: string; name: string; role: string } | null;
        });
    const joinAs = async (name: string) => {
      await page.getByRole('textbox', { name: 'Your name' }).fill(name);
      await page.getByRole('button', { name: 'Join', exact: true }).click();
      await page.waitForURL(/\/class\//);
    };

    it('say whose seat is kept, and give the next guest one of their own', async () => {
      const planned = await school.planClass({ title: 'Shared desks' });
      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await joinAs('Emmy Noether');
      const first = await keptSeat(planned.classId);
      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await page.getByText('You come back as Emmy Noether.').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Somebody else? Join under another name' }).click();
      const name = page.getByRole('textbox', { name: 'Your name' });
      expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
      expect(await name.inputValue()).toBe('');
      await joinAs('Bob');
      const second = await keptSeat(planned.classId);
      expect(second).toMatchObject({ name: 'Bob' });
      expect(second?.seatId).not.toBe(first?.seatId);
    });

    it('lead an instructor who signed out in another tab back into the class', async () => {
      const planned = await school.planClass({ title: 'Two tabs' });
      const signInFor = async (): Promise<void> => {
        await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@test.example');
        await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Join', exact: true }).click();
        await page.getByRole('button', { name: 'Open the doors' }).waitFor();
      };
      await page.goto(`${product.url}/sign-in?next=/c/${planned.joinCode}`);
      await signInFor();
      const other = await page.context().newPage();
      await other.goto(`${product.url}/`);
      await other.getByRole('button', { name: 'Ada Lovelace' }).click();
      await other.getByRole('menuitem', { name: 'Sign out' }).click();
      const question = other.getByRole('dialog', { name: 'You teach in another tab' });
      await question.getByRole('button', { name: 'Stay signed in' }).click();
      await question.waitFor({ state: 'detached' });
      await other.goto(`${product.url}/c/${planned.joinCode}`);
      await other.getByRole('button', { name: 'Not Ada Lovelace? Sign out' }).click();
      await question.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'You were signed out of the class' }).waitFor();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await signInFor();
      await other.close();
    });

    it('leave nothing of an instructor who has signed out: neither the seat nor the way back into the class', async () => {
      const planned = await school.planClass({ title: 'Lecture hall' });
      await page.goto(`${product.url}/sign-in?next=/c/${planned.joinCode}`);
      await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@test.example');
      await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Join', exact: true }).click();
      await page.waitForURL(/\/class\//);
      const taken = await keptSeat(planned.classId);
      expect(taken).toMatchObject({ role: 'instructor' });

      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await page.getByRole('button', { name: 'Not Ada Lovelace? Sign out' }).click();
      await page.getByRole('textbox', { name: 'Your name' }).waitFor();
      expect(await keptSeat(planned.classId)).toBeNull();
      await page.goto(`${product.url}/class/${planned.classId}`);
      await page.getByRole('heading', { name: 'Please join first' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.evaluate(
        ([key = '', seat = '']) => {
          localStorage.setItem(key, seat);
        },
        [`lectern.seat.${planned.classId}`, JSON.stringify(taken)],
      );
      await page.reload();
      await page.getByRole('heading', { name: 'You were signed out' }).waitFor();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('textbox', { name: 'E-mail' }).waitFor();

      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await page.getByRole('button', { name: 'Come back in' }).click();
      await page.getByText('Your place in this class is not known any more.').waitFor();
      await joinAs('Bob');
      expect(await keptSeat(planned.classId)).toMatchObject({ name: 'Bob', role: 'student' });
    });
  });

  it('need little JavaScript to show the door', async () => {
    const planned = await school.planClass();
    const scripts = new Map<string, Promise<Buffer>>();
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.set(response.url(), response.body());
    });
    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    const bodies = await Promise.all(scripts.values());
    const total = bodies.reduce((sum, body) => sum + gzipSync(body).byteLength, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThan(100_000);
  });

  it('speak German to whoever reads German', async () => {
    await browser.close();
    browser = await PersonalBrowser.launch({ context: { locale: 'de-CH', timezoneId: 'Europe/Zurich' } });
    page = await browser.page();
    const startsAt = new Date();
    startsAt.setUTCHours(22, 30, 0, 0);
    const planned = await school.planClass({ startsAt: startsAt.toISOString() });
    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByRole('button', { name: 'Beitreten', exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    // 22:30 UTC is half past eleven, or half past midnight, in Zurich.
    await page.getByText(/23:30|00:30/).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Join', exact: true }).waitFor();
  });

  it.each([
    ['/sign-in', 'Sign in'],
    ['/nowhere', 'There is nothing at this address'],
    ['/c/aaaa-bbbb-cccc', 'This link leads nowhere'],
    [`/invitation/${'x'.repeat(43)}`, 'This invitation does not work'],
    [`/set-up/${'x'.repeat(43)}`, 'This set-up link does not work'],
    [`/password-reset/${'x'.repeat(43)}`, 'This password link does not work'],
  ])('have nothing for axe to say at %s', async (path, heading) => {
    await page.goto(`${product.url}${path}`);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each([
    ['/', 'Your classes'],
    ['/account', 'My account'],
    ['/operator', 'Operator'],
  ])('have nothing for axe to say at %s, signed in', async (path, heading) => {
    await signIn(browser, product.url, school.instructor);
    await page.goto(`${product.url}${path}`);
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(browser.errors).toEqual([]);
  });

  it('stand in a browser that keeps nothing for this site, and let somebody in there', async () => {
    const planned = await school.planClass({ title: 'Where nothing is kept' });
    await browser.context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException('The storage is switched off', 'SecurityError');
          },
        });
    });
    await page.goto(`${product.url}/c/${planned.joinCode}`);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Nora');
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.waitForURL('**/class/**');
    await page.getByRole('heading', { name: 'Where nothing is kept' }).first().waitFor();
    expect(browser.errors).toEqual([]);
  });

  it('send whoever is not signed in to sign in and back again', async () => {
    await page.goto(`${product.url}/course/${school.courseId}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@test.example');
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong wrong wrong');
    await page.keyboard.press('Enter');
    await page.getByText('E-mail or password is not right.').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: 'Mechanics', level: 1 });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((node) => node === document.activeElement)).toBe(true);
  });

  it('let an operator hand over a link for a new password, which works once', async () => {
    const invitation = await school.invitation('assistant');
    await page.goto(invitation);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('grace@test.example');
    await page.getByRole('textbox', { name: 'Password' }).fill('a bug in the relay');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Your classes' }).waitFor();
    await page.context().clearCookies();

    await signIn(browser, product.url, school.instructor);
    await page.goto(`${product.url}/operator`);
    await page.getByRole('searchbox').fill('grace');
    await page.getByRole('button', { name: 'Make a password reset link for Grace Hopper' }).click();
    const link = await page.getByRole('dialog').getByRole('textbox').inputValue();
    await page.getByRole('dialog').getByText('This address works on this computer only.').waitFor();
    await page.context().clearCookies();

    await page.goto(link);
    await page.getByText('For the account of Grace Hopper (grace@test.example).').waitFor();
    await page.getByRole('textbox', { name: 'New password' }).fill('another bug in the relay');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('heading', { name: 'Your classes' }).waitFor();
    await page.goto(link);
    await page.getByRole('heading', { name: 'This password link does not work' }).waitFor();
    await page.getByText('It works once, and has been used.').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.getByRole('link', { name: 'To the start page' }).waitFor();
    await page.goto(invitation);
    await page.getByText('It works once, and was accepted already.').waitFor();
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
