import { LightClient, type ChromiumOptions } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import type { Studio } from './studio.ts';

/** More than one page of the roster. */
const STUDENTS = 118;

/** What the instructor opens beside the stage: a long roster, the data of somebody's connection, the settings of the chat. */
export async function shootStaff(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await ada.startClass();
  await gather(classroom);
  const grace = await classroom.student('Grace Hopper', look);
  await grace.sees('Ada Lovelace');
  // What stands in the column begins anew where the window gives it another place.
  const shoot = (name: string, prepare: () => Promise<void>): Promise<void> =>
    studio.shoot(name, ada.page, {
      wholePage: false,
      prepare: async (width) => {
        await openColumn(ada.page, width);
        await prepare();
      },
    });
  await ada.tab(/^People/);
  await shoot('roster', () => ada.page.getByText('119 students here · 1 person teaching').waitFor());
  await shoot('roster-search', () => search(ada, 'Student 1', '30 found'));
  await shoot('roster-nobody', () => search(ada, 'Nobody at all', 'Nobody by that name'));
  await shoot('roster-link', () => openLink(ada));
  await ada.page.keyboard.press('Escape');
  await ada.tab(/^Chat/);
  await shoot('chat-settings', async () => {
    if (await ada.page.getByLabel('Who writes').isHidden()) await ada.press('Chat settings');
  });
}

async function search(ada: Person, name: string, result: string): Promise<void> {
  await ada.page.getByRole('searchbox').fill(name);
  await ada.page.getByText(result).first().waitFor();
}

async function openLink(ada: Person): Promise<void> {
  const dialog = ada.page.getByRole('dialog');
  if (await dialog.isVisible()) return;
  await search(ada, 'Grace', '1 found');
  await ada.press('Actions for Grace Hopper');
  await ada.page.getByRole('menuitem', { name: 'Data of the connection' }).click();
  await dialog.getByRole('table').waitFor();
}

async function gather(classroom: Classroom): Promise<void> {
  for (let number = 1; number <= STUDENTS; number += 1) {
    const seat = await classroom.school.sitDown(classroom.planned, `Student ${String(number)}`);
    const client = await LightClient.connect(classroom.url, seat);
    classroom.onClose(() => {
      client.close();
    });
    if (number % 20 === 0) await client.request('raise-hand', {});
  }
}

/** On a phone the column beside the stage is a sheet behind a button. */
export async function openColumn(page: Page, width: number): Promise<void> {
  if (width < 500 && (await page.getByRole('tab', { name: /^Chat/ }).isHidden()))
    await page.getByRole('button', { name: /^Class: / }).click();
}
