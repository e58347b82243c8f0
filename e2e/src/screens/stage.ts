import type { ChromiumOptions } from '@lectern/testbed';
import type { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import type { Studio } from './studio.ts';

const WINDOW = { wholePage: false } as const;
/** What opens a dialog under More, by the name of its picture. */
const DIALOGS = { devices: 'Camera and microphone', link: 'Data of the connection', shortcuts: 'Keyboard shortcuts' };

/** A student on the stage beside the instructor, what both may do there, and what each of the small dialogs says. */
export async function shootStage(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await ada.startClass();
  const grace = await classroom.student('Grace Hopper', look);
  await comeToTheStage(ada, grace);
  await studio.shoot('stage-student', grace.page, WINDOW);
  await studio.shoot('stage-instructor', ada.page, WINDOW);
  await grace.press('My privacy');
  await studio.shoot('stage-student-privacy', grace.page, WINDOW);
  await grace.press('My privacy');
  for (const [person, name] of [
    [grace, 'student'],
    [ada, 'instructor'],
  ] as const) {
    await studio.shoot(`menu-more-${name}`, person.page, { ...WINDOW, prepare: () => openMore(person) });
    await person.page.keyboard.press('Escape');
    for (const [dialog, item] of Object.entries(DIALOGS))
      await shootDialog(studio, person, item, `dialog-${dialog}-${name}`);
  }
}

async function comeToTheStage(ada: Person, grace: Person): Promise<void> {
  await grace.press('Raise your hand');
  await ada.tab(/^Hands/);
  await ada.press('Invite Grace Hopper to the stage');
  await grace.press('Check my devices');
  await grace.page.getByLabel('Preview of your camera').waitFor();
  await grace.press('Go on stage');
  await ada.sees('Grace Hopper');
}

async function openMore(person: Person): Promise<void> {
  await person.press('More');
  await person.page.getByRole('menu').waitFor();
}

/** One of the dialogs that stand under More. */
async function shootDialog(studio: Studio, person: Person, item: string, name: string): Promise<void> {
  await openMore(person);
  await person.page.getByRole('menuitem', { name: item }).click();
  await person.page.getByRole('dialog').waitFor();
  await person.page.waitForLoadState('networkidle');
  await studio.shoot(name, person.page, WINDOW);
  await person.page.keyboard.press('Escape');
}
