import {
  joinAsGuest,
  joinAsInstructor,
  LightClient,
  startClass,
  type PersonalBrowser,
  type Product,
  type School,
} from '@lectern/testbed';
import type { ClassDetail } from '@lectern/contracts';
import type { Page } from 'playwright-core';
import { lendSlide } from './props.ts';
import { openColumn } from './staff.ts';
import type { Studio } from './studio.ts';

const NAMES = [
  'Emmy Noether',
  'Sofia Kovalevskaya',
  'Srinivasa Ramanujan',
  'Katherine Johnson',
  'Leonhard Euler',
  'Maryam Mirzakhani',
  'Chien-Shiung Wu',
  'Hypatia',
  'Alan Turing',
  'Lise Meitner',
  'José Moreno Hernández',
  'Wang Zhenyi',
];
const CHAT = [
  [0, 'Good morning from Göttingen!'],
  [3, 'Is the moment of inertia always about the centre of mass?'],
  [5, 'Only in the table. For another axis: https://en.wikipedia.org/wiki/Parallel_axis_theorem'],
  [1, 'Could you show the spinning top again, please?'],
] as const;

/** A class on its way from the lobby to its end, as instructor and student see it. */
export async function shootClass(
  studio: Studio,
  product: Product,
  school: School,
  browsers: { readonly teacher: PersonalBrowser; readonly student: PersonalBrowser },
): Promise<void> {
  const startsAt = new Date(Date.now() + 600_000).toISOString();
  const planned = await school.planClass({ title: 'Moments of inertia', startsAt });
  await lendSlide(await browsers.teacher.page());
  const teacher = await joinAsInstructor(browsers.teacher, product, school, planned);
  await teacher.getByRole('button', { name: 'Start the class' }).waitFor();
  await studio.shoot('lobby-instructor', teacher);
  await teacher.getByRole('button', { name: 'Open the doors' }).click();
  const student = await joinAsGuest(browsers.student, product, planned, 'Grace Hopper');
  await student.getByText('You are here unseen and unheard.').waitFor();
  await studio.shoot('lobby-student', student);
  await startClass(teacher);
  const crowd = await gather(school, product, planned);
  try {
    await shootEmptyStage(studio, teacher, student);
    await present(teacher);
    await student.locator('video').nth(1).waitFor();
    await shootStudent(studio, student);
    await converse(crowd);
    await shootInstructor(studio, teacher);
    await shootInvitation(studio, teacher, student);
    await teacher.getByRole('button', { name: 'End for all' }).click();
    await studio.shoot('class-end-question', teacher, { wholePage: false, widths: [360, 1280] });
    await teacher.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
    await student.getByRole('heading', { name: /ended/ }).waitFor();
    await studio.shoot('class-ended-student', student);
    await studio.shoot('class-ended-instructor', teacher);
  } finally {
    for (const client of crowd) client.close();
  }
}

/** What stays on the screen while the server is away, and what a removed person reads. */
export async function shootTrouble(
  studio: Studio,
  product: Product,
  school: School,
  browsers: { readonly teacher: PersonalBrowser; readonly student: PersonalBrowser },
): Promise<void> {
  const planned = await school.planClass({ title: 'Moments of inertia' });
  const teacher = await joinAsInstructor(browsers.teacher, product, school, planned);
  await startClass(teacher);
  const student = await joinAsGuest(browsers.student, product, planned, 'Grace Hopper');
  await student.getByRole('button', { name: 'Raise your hand' }).waitFor();
  await product.kill();
  await student.getByText('The connection is lost. Trying again…').first().waitFor();
  await studio.shoot('class-reconnecting-student', student);
  await studio.shoot('class-reconnecting-instructor', teacher, { widths: [360, 1280] });
  await product.restart();
  await student
    .getByText('The connection is lost. Trying again…')
    .first()
    .waitFor({ state: 'detached', timeout: 60_000 });
}

/** The instructor turns the camera on and shares the slide that was lent to the page. */
async function present(teacher: Page): Promise<void> {
  await teacher.getByRole('button', { name: 'Camera: turn on' }).click();
  await teacher.getByRole('button', { name: 'Share the screen' }).click();
  await teacher.getByRole('button', { name: 'Stop sharing the screen' }).waitFor();
}

/** Students without browsers, so that the room is not empty. */
async function gather(school: School, product: Product, planned: ClassDetail): Promise<LightClient[]> {
  const crowd: LightClient[] = [];
  for (const name of NAMES) crowd.push(await LightClient.connect(product.url, await school.sitDown(planned, name)));
  return crowd;
}

async function converse(crowd: readonly LightClient[]): Promise<void> {
  for (const [person, text] of CHAT) await crowd[person]?.request('send-chat', { text });
  for (const person of [5, 2, 9]) await crowd[person]?.request('raise-hand', {});
  for (const person of [0, 1, 4, 7, 8]) await crowd[person]?.request('react', { reaction: 'thumbs-up' });
  await crowd[3]?.request('react', { reaction: 'heart' });
}

async function shootEmptyStage(studio: Studio, teacher: Page, student: Page): Promise<void> {
  await student.getByRole('button', { name: 'Raise your hand' }).waitFor();
  await studio.shoot('class-instructor-empty', teacher, { wholePage: false });
  await studio.shoot('class-student-empty', student, { wholePage: false });
}

async function shootStudent(studio: Studio, student: Page): Promise<void> {
  await studio.shoot('class-student', student, { wholePage: false });
  const sample = student.getByRole('button', { name: 'Show what my teacher sees' });
  if (await sample.isVisible()) {
    await sample.click();
    await studio.shoot('class-student-sample', student, { wholePage: false });
    await student.keyboard.press('Escape');
    await student.getByRole('button', { name: 'No thanks' }).click();
  }
  await student.getByRole('button', { name: 'My privacy' }).click();
  await studio.shoot('class-student-privacy', student, { wholePage: false });
  await student.getByRole('button', { name: 'My privacy' }).click();
  await student.getByRole('button', { name: 'Chat', exact: true }).click();
  await studio.shoot('class-student-chat-empty', student, { wholePage: false, widths: [360, 1280] });
}

async function shootInstructor(studio: Studio, teacher: Page): Promise<void> {
  // Whoever shares has the column folded to a strip.
  await studio.shoot('class-instructor-sharing', teacher, { wholePage: false });
  await teacher.getByRole('button', { name: 'Stop sharing the screen' }).click();
  await teacher.getByRole('button', { name: 'Share the screen' }).waitFor();
  const unfold = teacher.getByRole('button', { name: 'Unfold' });
  if (await unfold.isVisible()) await unfold.click();
  await teacher.getByText('Only in the table.').first().waitFor();
  await studio.shoot('class-instructor', teacher, { wholePage: false });
  for (const tab of ['Hands', 'People']) {
    await teacher.getByRole('tab', { name: new RegExp(tab) }).click();
    await studio.shoot(`class-instructor-${tab.toLowerCase()}`, teacher, {
      wholePage: false,
      prepare: (width) => openColumn(teacher, width),
    });
  }
}

async function shootInvitation(studio: Studio, teacher: Page, student: Page): Promise<void> {
  await studio.shoot('class-student-chat', student, { wholePage: false });
  await student.getByRole('button', { name: 'Raise your hand' }).click();
  await student.getByRole('button', { name: /Place 4/ }).waitFor();
  await teacher.getByRole('tab', { name: /Hands/ }).click();
  await teacher.getByRole('button', { name: 'Invite Grace Hopper to the stage' }).click();
  await student
    .getByText(/invites you to the stage/)
    .first()
    .waitFor();
  await studio.shoot('class-student-invited', student, { wholePage: false });
  await student.getByRole('button', { name: 'Check my devices' }).click();
  await student.getByRole('dialog').getByRole('meter').waitFor();
  await studio.shoot('class-student-preview', student, { wholePage: false });
  await student.keyboard.press('Escape');
}
