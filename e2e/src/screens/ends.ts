import { ERRORS, type ErrorCode } from '@lectern/contracts';
import type { ChromiumOptions } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import { openColumn } from './staff.ts';
import type { Studio } from './studio.ts';

const WINDOW = { wholePage: false } as const;
const MINUTE_MS = 60_000;

/** Doors that are closed, and the ways in which a class is over for somebody. */
export async function shootEnds(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await ada.startClass();
  await shootDoors(studio, classroom, ada, await classroom.visitor('Berta', look));
  await shootLeaving(studio, ada, await classroom.student('Grace Hopper', look));
  await shootCancelled(studio, classroom, ada, await classroom.visitor('Carl', look));
}

/** A locked class, and what a full one and a crowded network look like: that much of a crowd does not come here. */
async function shootDoors(studio: Studio, classroom: Classroom, ada: Person, berta: Person): Promise<void> {
  const { page } = berta;
  await page.goto(`${classroom.url}/c/${classroom.joinCode}`);
  for (const code of ['class-full', 'too-many'] as const) {
    await refuse(page, code);
    await page.getByLabel('Your name').fill('Berta');
    await berta.press('Join');
    await page.getByText('We knock again').waitFor();
    await studio.shoot(`join-${code}`, page);
    await page.reload();
  }
  await page.unroute('**/api/join/*');
  await page.getByLabel('Your name').fill('Berta');
  await switchLock(ada);
  await berta.press('Join');
  await page.getByText('We knock again').waitFor();
  await studio.shoot('join-locked', page);
  await studio.shoot('locked-instructor', ada.page, { ...WINDOW, widths: [360, 1280] });
  await switchLock(ada);
}

async function switchLock(ada: Person): Promise<void> {
  await ada.press('More');
  await ada.page.getByRole('menuitemcheckbox', { name: /Lock/ }).click();
}

/** The server's answer to whoever knocks, from now on. */
async function refuse(page: Page, code: ErrorCode): Promise<void> {
  const { status, message } = ERRORS[code];
  await page.unroute('**/api/join/*');
  await page.route('**/api/join/*', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status, json: { code, message, retryAfterMs: MINUTE_MS } })
      : route.continue(),
  );
}

async function shootLeaving(studio: Studio, ada: Person, grace: Person): Promise<void> {
  await grace.press('Leave');
  await studio.shoot('leave-question', grace.page, { ...WINDOW, widths: [360, 1280] });
  await grace.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await grace.button('Come back').waitFor();
  await studio.shoot('left', grace.page);
  await grace.press('Come back');
  await grace.button('Raise your hand').waitFor();

  const question = ada.page.getByRole('dialog');
  const ask = async (width: number): Promise<void> => {
    // The panel that asks goes where the window has no room for it.
    if (await question.isVisible()) return;
    await openColumn(ada.page, width);
    await ada.tab(/^People/);
    await ada.press('Actions for Grace Hopper');
    await ada.page.getByRole('menuitem', { name: 'Remove from the class' }).click();
  };
  await studio.shoot('remove-question', ada.page, { ...WINDOW, prepare: ask });
  await question.getByRole('button', { name: 'Remove from the class' }).click();
  await grace.page.getByRole('heading', { name: 'You were removed from this class' }).waitFor();
  await studio.shoot('removed', grace.page);
}

/** A class that is taken back while somebody waits for it. */
async function shootCancelled(studio: Studio, { url, school }: Classroom, ada: Person, carl: Person): Promise<void> {
  const title = 'Angular momentum and the spinning top';
  const { joinCode } = await school.planClass({ title });
  await carl.join({ url, joinCode });
  await carl.page.getByText('You are here unseen and unheard').waitFor();
  await ada.page.goto(`${url}/course/${school.courseId}`);
  await ada.press(`More about ${title}`);
  await ada.page.getByRole('menuitem', { name: 'Delete' }).click();
  await studio.shoot('cancel-question', ada.page, WINDOW);
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await carl.page.getByRole('heading', { name: 'This class will not take place' }).waitFor();
  await studio.shoot('class-cancelled', carl.page);
}
