import { LightClient } from '@lectern/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

const WRITERS = 8;
const LINES_EACH = 5;
const TEXTS = Array.from({ length: WRITERS }, (_, writer) =>
  Array.from({ length: LINES_EACH }, (_line, line) => `line ${line} of ${writer}`),
);

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  berta = await classroom.student('Berta');
  await ada.press('Open the doors');
  await ada.startClass();
  await ada.tab(/^Chat/);
});

afterAll(() => classroom.close());

/** More at once than goes out to a page, from people who come for it: nobody may write so much for long. */
async function writeALot(): Promise<void> {
  await Promise.all(
    TEXTS.map(async (texts, writer) => {
      const seat = await classroom.school.sitDown(classroom.planned, `Writer ${writer}`);
      const client = await LightClient.connect(classroom.url, seat);
      classroom.onClose(() => {
        client.close();
      });
      await Promise.all(texts.map((text) => client.request('send-chat', { text })));
    }),
  );
}

it('shows how many lines were left out where too many came, and reads them in order on a click', async () => {
  await writeALot();
  const missed = ada.page.getByRole('button', { name: /\d+ messages? in between/ });
  await missed.first().waitFor();
  expect(await accessibilityProblems(ada.page)).toEqual([]);
  await missed.first().press('Enter');
  // Whoever reads by keyboard goes on in the list.
  await expect.poll(() => ada.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('log');
  // A button goes with its click: so each is taken and clicked in one.
  const clickAnother = (buttons: HTMLElement[]) => {
    buttons[0]?.click();
    return buttons.length;
  };
  await expect.poll(() => missed.evaluateAll(clickAnother)).toBe(0);
  const log = ada.page.getByRole('log', { name: 'Messages' });
  await expect.poll(() => log.getByText(/^line \d of \d$/).count()).toBe(WRITERS * LINES_EACH);
  const shown = await log.getByText(/^line \d of \d$/).allTextContents();
  expect([...shown].sort()).toEqual(TEXTS.flat().sort());
  // In the order of each writer too.
  for (const texts of TEXTS) expect(shown.filter((text) => texts.includes(text))).toEqual(texts);
});

it('offers slow mode to staff who share a screen, once on the page, and one click turns it on for all', async () => {
  const offer = ada.button('Turn on slow mode').filter({ visible: true });
  await ada.press('Share the screen');
  await ada.button('Stop sharing the screen').waitFor();
  await ada.page.getByRole('tab', { name: /^Chat/ }).waitFor({ state: 'detached' });
  // The offer goes away by itself once it is calm again.
  await writeALot();
  await offer.waitFor();
  await ada.page.getByRole('status').getByText('Messages come faster than anybody can read.').waitFor();
  expect(await accessibilityProblems(ada.page)).toEqual([]);
  await ada.press(/^Hands: /);
  await ada.page.getByRole('tab', { name: /^Chat/ }).waitFor();
  expect(await offer.count()).toBe(1);
  await ada.press('Turn on slow mode');
  await offer.waitFor({ state: 'detached' });
  await berta.press(/^Chat/);
  await berta.page.getByText('Slow mode: one message every 30 s').first().waitFor();
  expect(await berta.page.getByText('Messages come faster than anybody can read.').count()).toBe(0);
});
