import type { WindowOutcome } from '@lectern/contracts';
import type { ChromiumOptions } from '@lectern/testbed';
import type { Classroom } from '../harness/classroom.ts';
import { clips } from '../harness/clips.ts';
import type { Person } from '../harness/person.ts';
import { minutesOf, playWindows, type PlayedWindow } from '../harness/played-windows.ts';
import { speakGerman } from './german.ts';
import type { Studio } from './studio.ts';

const WINDOW = { wholePage: false } as const;
const facing: WindowOutcome = { kind: 'score', score: 0.92 };
const elsewhere: WindowOutcome = { kind: 'score', score: 0.12 };
const unclear: WindowOutcome = { kind: 'abstain', reason: 'too-dark' };

/** Half an hour of a class: mostly facing the screen, a while in the dark, a while not measured, and quiet minutes at the end. */
function halfAnHour(): PlayedWindow[] {
  const restless = minutesOf(14, facing).map((window) =>
    window.windowIndex % 7 === 0 || window.windowIndex % 31 < 5 ? { ...window, outcome: elsewhere } : window,
  );
  const dark = minutesOf(3, unclear, restless);
  const away = minutesOf(4, facing, dark);
  return minutesOf(4, elsewhere, minutesOf(7, facing, away)).filter(
    ({ windowIndex }) => windowIndex < 18 * 12 || windowIndex >= 21 * 12,
  );
}

/** A student who is reminded by their own device alone: the question, the switches, the line, the pause, and the minutes. */
export async function shootReminders(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await ada.startClass();
  const { facing: camera } = await clips();
  const grace = await classroom.student('Grace Hopper', { ...look, camera });
  await grace.button('No thanks').waitFor();
  await playWindows(grace, halfAnHour());
  await grace.sees('Ada Lovelace');
  await grace.press('No thanks');
  await shootQuestion(studio, grace);
  await shootLine(studio, grace);
  await shootMinutes(studio, grace);
  await shootGermanReminders(studio, grace);
  await ada.press('End for all');
  await ada.page.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
  await grace.button('Meine Minuten').waitFor();
  await studio.shoot('reminders-ended-german', grace.page, { widths: [360, 1280] });
}

async function shootQuestion(studio: Studio, grace: Person): Promise<void> {
  const { page } = grace;
  await grace.press('My privacy');
  await studio.shoot('reminders-offered', page, WINDOW);
  await page.getByRole('switch', { name: 'Reminders for myself' }).click();
  await page.getByLabel('Preview of your camera').waitFor();
  await studio.shoot('reminders-question', page, WINDOW);
  await grace.press('Turn on');
  await page.getByText('Camera: this device only', { exact: true }).first().waitFor();
  await grace.press('My privacy');
  await page.getByRole('region', { name: 'Is the class on this screen or another one?' }).waitFor();
}

async function shootLine(studio: Studio, grace: Person): Promise<void> {
  const { page } = grace;
  await page.getByRole('region', { name: 'Want to catch up?' }).waitFor({ timeout: 60_000 });
  await studio.shoot('reminders-screens', page, WINDOW);
  await page.getByRole('checkbox', { name: 'One to my left' }).check();
  await studio.shoot('reminders-screens-two', page, { ...WINDOW, widths: [360, 1280] });
  await grace.press('Done');
  await studio.shoot('reminders-line', page, WINDOW);
  await studio.shoot('reminders-later', page, {
    ...WINDOW,
    widths: [360, 1280],
    prepare: () => grace.press('More about reminders'),
  });
  await page.keyboard.press('Escape');
  await grace.press('My privacy');
  await studio.shoot('reminders-privacy', page, WINDOW);
  await studio.shoot('reminders-leaves', page, {
    ...WINDOW,
    prepare: () => page.getByRole('heading', { name: 'To whom' }).scrollIntoViewIfNeeded(),
  });
}

async function shootMinutes(studio: Studio, grace: Person): Promise<void> {
  const { page } = grace;
  await grace.press('My minutes');
  await studio.shoot('reminders-minutes', page, WINDOW);
  await page.getByText('As a table').click();
  await studio.shoot('reminders-minutes-table', page, WINDOW);
  await page.getByText('As a table').click();
  await page.keyboard.press('Escape');
  await grace.press('My privacy');
  await grace.press('Pause 5 minutes');
  await page.getByRole('region', { name: 'Paused: camera off' }).waitFor();
  await studio.shoot('reminders-paused', page, WINDOW);
}

async function shootGermanReminders(studio: Studio, grace: Person): Promise<void> {
  const { page } = grace;
  await speakGerman(page);
  await page.getByRole('heading', { name: 'Wieder erinnern?' }).waitFor();
  await studio.shoot('reminders-again-german', page, { ...WINDOW, widths: [360, 1280] });
  await grace.press('Einschalten');
  await page.getByLabel('Vorschau Ihrer Kamera').waitFor();
  await studio.shoot('reminders-question-german', page, { ...WINDOW, widths: [360, 1280] });
  await page.getByRole('dialog').getByRole('button', { name: 'Einschalten', exact: true }).click();
  await page.getByRole('region', { name: 'Möchten Sie wieder einsteigen?' }).waitFor({ timeout: 60_000 });
  await studio.shoot('reminders-line-german', page, { ...WINDOW, widths: [360, 1280] });
  await grace.press('Meine Privatsphäre');
  await studio.shoot('reminders-privacy-german', page, { ...WINDOW, widths: [360, 1280] });
  await grace.press('Meine Minuten');
  await studio.shoot('reminders-minutes-german', page, { ...WINDOW, widths: [360, 1280] });
}
