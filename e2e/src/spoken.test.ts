import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import { heard, listen } from './harness/heard.ts';
import type { Person } from './harness/person.ts';

let classroom: Classroom;
let ada: Person;
let berta: Person;

const focused = (person: Person): Promise<string> =>
  person.page.evaluate(
    () => `${document.activeElement?.tagName ?? ''} ${document.activeElement?.textContent.trim() ?? ''}`,
  );
const hears = (person: Person, text: string) =>
  expect.poll(() => heard(person.page), { timeout: 20_000 }).toContain(text);

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.visitor('Ada Lovelace');
  await Promise.all([listen(ada.page), lacksVisionFiles(ada)]);
  await ada.join(classroom, classroom.school.instructor);
  berta = await classroom.visitor('Berta');
  await listen(berta.page);
  await berta.join(classroom);
  await berta.page.getByText('You are here unseen and unheard.').waitFor();
});

afterAll(() => classroom.close());

/** As from a server whose operator has not supplied them. */
async function lacksVisionFiles(person: Person): Promise<void> {
  await person.page.route('**/attention/manifest.json', (route) => route.fulfill({ status: 404 }));
}

it('tells whoever waits of a lost connection, and that the class has begun, and goes to its heading', async () => {
  await berta.loseNetwork();
  await hears(berta, 'The connection is lost.');
  await berta.regainNetwork();
  await hears(berta, 'Connected again.');

  await ada.press('Start the class');
  await hears(berta, 'The class has begun.');
  await expect.poll(() => focused(berta)).toMatch(/^H1 /);
  expect(await ada.page.getByRole('heading', { level: 1 }).count()).toBe(1);
});

it('is heard over an open dialog', async () => {
  await ada.page.keyboard.press('?');
  await ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await berta.press('Raise your hand');
  await hears(ada, 'Berta raised a hand.');
  await ada.page.keyboard.press('Escape');
});

it('says in the dialog why an end for all was not done, and goes back to its button', async () => {
  await ada.loseNetwork();
  await ada.press('End for all');
  const dialog = ada.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'End for all', exact: true }).click();
  await dialog.getByRole('alert').getByText('Not done: the connection is away.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => focused(ada)).toBe('BUTTON End for all');
  await ada.regainNetwork();
  await hears(ada, 'Connected again.');
});

it('keeps what is being written while its panel is closed', async () => {
  await berta.press('Chat');
  const field = berta.page.getByRole('textbox', { name: 'Write to everybody' });
  // Written without another click: no letter may raise a hand or open another panel instead.
  await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);
  await berta.page.keyboard.type('half a thought');
  await berta.press('Chat');
  await field.waitFor({ state: 'detached' });
  await berta.press('Chat');
  expect(await field.inputValue()).toBe('half a thought');
  await berta.press('Chat');
});

it('shows the size of the download before a Yes by any way, and takes none where files are missing', async () => {
  await ada.page.getByText('This server lacks files that measuring needs').waitFor();

  await berta.press('No thanks');
  await berta.press('My privacy');
  const takesPart = berta.page.getByRole('switch', { name: 'Help your teacher read the room' });
  await takesPart.click();
  await berta.page
    .getByRole('dialog')
    .getByText(/Taking part downloads \d/)
    .waitFor();
  await berta.page.keyboard.press('Escape');
  await expect.poll(() => takesPart.evaluate((node) => node === document.activeElement)).toBe(true);
  await berta.press('My privacy');

  await lacksVisionFiles(berta);
  await berta.press('My privacy');
  await berta.page.getByText('This Lectern lacks a file that measuring needs.').waitFor();
  expect(await takesPart.isDisabled()).toBe(true);
});

it('says in the window of the pacing view that the class is over, and sends no guest to a sign-in', async () => {
  const opened = ada.page.waitForEvent('popup');
  await ada.press('Open in a window of its own');
  const pacing = await opened;
  await pacing.getByRole('region', { name: 'Pacing' }).waitFor();
  await ada.press('End for all');
  await ada.page.getByRole('dialog').getByRole('button', { name: 'End for all', exact: true }).click();
  await pacing.getByText('The class has ended, or you have left it').waitFor();

  await expect.poll(() => focused(berta)).toBe('H1 The class has ended');
  expect(await berta.page.getByRole('link').count()).toBe(0);
});
