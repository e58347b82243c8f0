import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import { heard, listen } from './harness/heard.ts';
import type { Person } from './harness/person.ts';

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  berta = await classroom.visitor('Berta');
  await listen(berta.page);
  await berta.join(classroom);
});

afterAll(() => classroom.close());

const hasFocus = (place: Locator): Promise<boolean> =>
  place.evaluate((node) => node === node.ownerDocument.activeElement);

it('says that students wait at the door until it is opened, and inside from then on', async () => {
  await ada.page.getByText('The doors are still closed. 1 student is waiting at the door.').waitFor();
  await ada.page
    .getByRole('textbox', { name: 'Link for students', description: 'This address works on this computer only.' })
    .waitFor();
  await ada.press('Leave');
  await ada.page.getByRole('dialog').getByText('Everybody here keeps waiting.').waitFor();
  await ada.press('Cancel');
  await ada.press('Open the doors');
  await ada.page.getByText('The doors are open. 1 student is inside, waiting for the start.').waitFor();
  await ada.startClass();
});

it('counts the same people for students and staff', async () => {
  await ada.page.getByText('1 student here', { exact: true }).first().waitFor();
  await ada.tab(/^People/);
  await ada.page.getByText('1 student here · 1 person teaching').waitFor();
  await berta.press('People: 1 student here, 1 person teaching');
  await berta.page.getByText('1 student here · 1 person teaching').waitFor();
});

it('hands out the link for students while the class runs', async () => {
  await ada.press('More');
  await ada.page.getByRole('menuitem', { name: 'Link for students' }).click();
  const dialog = ada.page.getByRole('dialog');
  const link = `${classroom.url}/c/${classroom.joinCode}`;
  await dialog.getByRole('img', { name: `QR code of ${link}` }).waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Link for students' }).inputValue()).toBe(link);
  await dialog.getByText('This address works on this computer only.').waitFor();
  await ada.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await hasFocus(ada.button('More'))).toBe(true);
});

it('opens hands, chat and people from the strip, and has them once when it unfolds', async () => {
  await ada.press('Fold to a strip');
  for (const [count, tab] of [
    ['Hands: 0 raised', /^Hands/],
    ['Chat: 0 new', /^Chat/],
    ['People, heard by 1', /^People/],
  ] as const) {
    await ada.press(count);
    await ada.page.getByRole('tab', { name: tab, selected: true }).waitFor();
  }
  expect(await accessibilityProblems(ada.page)).toEqual([]);
  await ada.press('Unfold');
  await ada.press('Fold to a strip');
  expect(await ada.page.getByRole('tablist').count()).toBe(0);
  await ada.press('Unfold');
});

it('asks before leaving and ending with the focus on what changes nothing', async () => {
  for (const [person, action] of [
    [berta, 'Leave'],
    [ada, 'End for all'],
  ] as const) {
    await person.press(action);
    const dialog = person.page.getByRole('dialog');
    expect(await hasFocus(dialog.getByRole('button', { name: 'Cancel' }))).toBe(true);
    await person.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
  }
  await ada.page.keyboard.press('?');
  expect(await hasFocus(ada.page.getByRole('heading', { name: 'Keyboard shortcuts' }))).toBe(true);
  await ada.page.keyboard.press('Escape');
});

it('does not lower the hand with the second click of a double one that takes an invitation back', async () => {
  await berta.press('Raise your hand');
  await ada.tab(/^Hands/);
  await ada.press('Invite Berta to the stage');
  const takeBack = ada.button('Take back the invitation to Berta');
  await takeBack.waitFor();
  const clickedAgain = clickedAgainUnder(takeBack);
  await clickUntil(takeBack, ada.button('Lower the hand of Berta'));
  await clickedAgain;
  await clickUntil(ada.button('Invite Berta to the stage'), takeBack);
  await berta.button('Place 1. Lower your hand').waitFor();
});

it('says no more that an invitation is over once there is a new one', async () => {
  const over = berta.page.getByText('The invitation to the stage was taken back or has run out.');
  await clickUntil(ada.button('Take back the invitation to Berta'), ada.button('Invite Berta to the stage'));
  await over.first().waitFor();
  await clickUntil(ada.button('Invite Berta to the stage'), ada.button('Take back the invitation to Berta'));
  await berta.button('Check my devices').waitFor();
  // Sooner than it would go by itself.
  await expect
    .poll(() => berta.page.getByRole('log', { name: 'Notices' }).innerText(), { timeout: 2000 })
    .not.toContain('taken back');
});

it('keeps the keyboard where a button gives way to another', async () => {
  for (const [name, next] of [
    ['Take back the invitation to Berta', 'Invite Berta to the stage'],
    ['Invite Berta to the stage', 'Take back the invitation to Berta'],
    ['Fold to a strip', 'Unfold'],
    ['Unfold', 'Fold to a strip'],
  ] as const) {
    await ada.button(name).focus();
    await expect
      .poll(
        async () => {
          if (await ada.button(next).isVisible()) return hasFocus(ada.button(next));
          await ada.page.keyboard.press('Enter');
          return false;
        },
        // One press that comes soon after another is not taken.
        { interval: 1000 },
      )
      .toBe(true);
  }
});

it('keeps the device check open that a double click opened', async () => {
  await berta.button('Check my devices').dblclick();
  const dialog = berta.page.getByRole('dialog');
  await dialog.getByLabel('Preview of your camera').waitFor();
  await dialog.getByRole('button', { name: 'Not now' }).click();
  await dialog.waitFor({ state: 'detached' });
});

it('counts down in slow mode, keeps what is sent too early, and says when it may be sent', async () => {
  await ada.tab(/^Chat/);
  await ada.press('Chat settings');
  const slowMode = ada.page.getByLabel('Slow mode');
  await slowMode.selectOption({ label: 'Every 60 s' });
  await berta.press('Chat');
  const field = berta.page.getByRole('textbox', {
    name: 'Write to everybody',
    description: 'Slow mode: one message every 60 s',
  });
  await field.fill('A first question');
  await berta.page.keyboard.press('Enter');
  await ada.page.getByText('A first question').waitFor();
  await berta.page
    .getByText(/^Slow mode: you can send again in \d+ s$/)
    .first()
    .waitFor();
  // The seconds are for the eye: what is read of the field stays.
  await field.fill('A second question');
  await berta.page.keyboard.press('Enter');
  await expect.poll(() => heard(berta.page)).toMatch(/you can send again in \d+ s/);
  expect(await field.inputValue()).toBe('A second question');

  await slowMode.selectOption({ label: 'Off' });
  await expect.poll(() => heard(berta.page)).toContain('You can send again.');
  await berta.page.getByRole('textbox', { name: 'Write to everybody' }).press('Enter');
  await ada.page.getByText('A second question').waitFor();
});

it('leaves no error in any console', () => {
  expect({ ada: ada.errors, berta: berta.errors }).toEqual({ ada: [], berta: [] });
});

/** Clicks until that appears: one click that comes soon after another is not taken. */
async function clickUntil(button: Locator, appears: Locator): Promise<void> {
  await expect
    .poll(async () => {
      // It may go between the look and the click.
      if (await button.isVisible()) await button.click({ timeout: 500 }).catch(() => undefined);
      return appears.isVisible();
    })
    .toBe(true);
}

/** Clicks once more, in the middle of where the button stands now, on whatever stands there as soon as the button is gone. */
async function clickedAgainUnder(button: Locator): Promise<void> {
  await button.evaluate((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const { ownerDocument: page } = node;
    return new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (node.isConnected) return;
        observer.disconnect();
        page
          .elementFromPoint(left + width / 2, top + height / 2)
          ?.closest('button')
          ?.click();
        resolve();
      });
      observer.observe(page, { childList: true, subtree: true });
    });
  });
}
