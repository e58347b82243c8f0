import { signIn } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { liveTracks } from './harness/probe.ts';

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  await ada.startClass();
  berta = await classroom.student('Berta');
  await berta.sees('Ada Lovelace');
});

afterAll(() => classroom.close());

it('keeps the place over a reload', async () => {
  await berta.press('Raise your hand');
  await berta.button('Place 1. Lower your hand').waitFor();
  await berta.page.reload();
  await berta.button('Place 1. Lower your hand').waitFor();
  await berta.sees('Ada Lovelace');
});

it('asks a second tab before it takes over politely, and lets the first take it back', async () => {
  const second = await berta.browser.context.newPage();
  await second.goto(berta.page.url());
  await second.getByRole('heading', { name: 'You are in this class in another tab' }).waitFor();
  expect(await accessibilityProblems(second)).toEqual([]);
  await berta.sees('Ada Lovelace');
  await second.getByRole('button', { name: 'Use it here' }).click();
  await second.getByRole('button', { name: 'Place 1. Lower your hand' }).waitFor();
  await berta.page.getByText('You are in this class in another tab or on another device').waitFor();
  await berta.press('Use here');
  await second.getByText('You are in this class in another tab or on another device').waitFor();
  await second.close();
  await berta.sees('Ada Lovelace');
});

it('asks before Back or a reload ends what somebody shows, and nobody else', async () => {
  const wouldAsk = (page: Page) => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  expect([await wouldAsk(ada.page), await wouldAsk(berta.page)]).toEqual([true, false]);
  await ada.page.evaluate(() => {
    history.back();
  });
  const question = ada.page.getByRole('dialog', { name: 'Leave the class?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(ada.page.url()).toContain('/class/');
  await berta.sees('Ada Lovelace');
});

it('turns nothing on after a reload but by one click, which brings back what was on', async () => {
  await ada.page.reload();
  await ada.page.getByText('Your camera and microphone went off with the reload.').first().waitFor();
  expect(await accessibilityProblems(ada.page)).toEqual([]);
  expect(await liveTracks(ada.page)).toBe(0);
  await ada.press('Turn on again');
  await berta.sees('Ada Lovelace');
  await ada.button('Mic: turn off').waitFor();
  await ada.button('Turn on again').waitFor({ state: 'detached' });
});

it('goes back where the browser was going once that is agreed to, and offers nothing of what was left by choice', async () => {
  await ada.page.evaluate(() => {
    history.back();
  });
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
  await ada.page.waitForURL('**/c/**');
  await berta.page.getByText('The stage is empty').waitFor();
  await ada.press('Come back in');
  await ada.press('Camera: turn on');
  await berta.sees('Ada Lovelace');
  expect(await ada.page.getByRole('button', { name: 'Turn on again' }).count()).toBe(0);
});

it('shows at once that somebody left, and lets them come back', async () => {
  await ada.page.getByText('1 student here').first().waitFor();
  await berta.press('Leave');
  await berta.page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
  await berta.page.getByText('You left the class').waitFor();
  await ada.page.getByText('0 students here').first().waitFor({ timeout: 10_000 });
  await berta.press('Come back');
  await berta.sees('Ada Lovelace');
});

it('says to a device that missed it that another one has the place, and gives it back with one click', async () => {
  await ada.loseNetwork();
  const other = await classroom.instructor();
  await other.page.getByText('Live', { exact: true }).first().waitFor();
  await ada.regainNetwork();
  await ada.page.getByText('You are in this class in another tab or on another device').waitFor();
  await ada.press('Use here');
  await other.page.getByText('You are in this class in another tab or on another device').waitFor();
  await ada.press('Camera: turn on');
  await other.close();
  await berta.sees('Ada Lovelace');
});

it('shows whoever teaches the door where the class’s address is opened in another browser, and nobody else', async () => {
  const address = ada.page.url();
  const other = await classroom.visitor('Ada Lovelace');
  await other.page.goto(address);
  await other.page.getByRole('heading', { name: 'Please join first' }).waitFor();
  await signIn(other.browser, classroom.url, classroom.school.instructor);
  const warning = other.page.getByText('If you join here, it ends there, with camera, microphone and a shared screen.');
  await other.page.goto(address);
  await warning.waitFor();
  expect(await accessibilityProblems(other.page)).toEqual([]);
  await other.page.goto(classroom.url);
  await other.press('Go in');
  await other.page.waitForURL('**/c/**');
  await warning.waitFor();
  await other.press('Join');
  await other.page.getByText('Live', { exact: true }).first().waitFor();
  await ada.press('Use here');
  await ada.press('Camera: turn on');
  await other.close();
  await berta.sees('Ada Lovelace');
});

it('removes somebody and closes the door behind them in one go, and lets in who knocks once it is open', async () => {
  const carl = await classroom.student('Carl');
  await ada.tab(/^People/);
  await ada.press('Actions for Carl');
  await ada.page.getByRole('menuitem', { name: 'Remove from the class' }).click();
  const dialog = ada.page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'Also lock the class' }).click();
  await dialog.getByRole('button', { name: 'Remove from the class' }).click();
  await carl.page.getByText('You were removed from this class').waitFor();
  await carl.page.getByText('lets you in again as a guest, under another name').waitFor();

  await carl.page.goto(`${classroom.url}/c/${classroom.joinCode}`);
  await carl.page.getByText('You were removed from this class').waitFor();
  await carl.press('Somebody else? Join under another name');
  await carl.page.getByLabel('Your name').fill('Carl again');
  await carl.press('Join');
  await carl.page.getByText('Nobody new is let in right now').waitFor();
  const knock = carl.page.waitForRequest(/\/api\/join\//);
  await carl.press('Try again');
  await knock;
  await ada.press('More');
  await ada.page.getByRole('menuitemcheckbox', { name: /Lock/ }).click();
  await carl.sees('Ada Lovelace');
  await carl.close();
});

it('ends for all: everybody is told, and the instructor’s camera and microphone are off', async () => {
  expect(await liveTracks(ada.page)).toBeGreaterThan(0);
  await ada.press('End for all');
  await ada.page.getByRole('dialog').getByRole('button', { name: 'End for all', exact: true }).click();
  await berta.page.getByText('The class has ended').first().waitFor();
  await expect.poll(() => liveTracks(ada.page)).toBe(0);
  expect({ ada: ada.errors, berta: berta.errors }).toEqual({ ada: [], berta: [] });
});
