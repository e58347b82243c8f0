import type { ClassDetail } from '@lectern/contracts';
import { joinAsInstructor, LightClient, type PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { AnalyticsApart } from '../harness/analytics-apart.ts';
import { replayedClass } from '../harness/replayed-class.ts';
import { speakGerman } from './german.ts';
import { lendSlide } from './props.ts';
import type { ShotOptions, Studio } from './studio.ts';

const QUARTER_HOUR_WINDOWS = 180;
/** A busy machine takes its time. */
const START_TIMEOUT_MS = 180_000;
/** After the restart of the replay the server waits two minutes for windows that devices may have kept. */
const CAUGHT_UP_WITHIN_MS = 150_000;
/** Small enough for a README, large enough to read. */
const README_SIZE = { width: 1160, height: 860 };
const WINDOW_SIZE = { width: 1280, height: 800 };
/** Who writes; the others are numbered. */
const WRITERS = ['Lise Meitner', 'Emmy Noether', 'Wang Zhenyi'];
const FIRST_WRITER = 10;
/** Sockets opened at once. */
const BATCH = 20;
/** Contributors, and all students: fewer than k, words, one minute, five seconds. */
const CLASSES = [
  { contributors: 9, present: 24 },
  { contributors: 20, present: 51 },
  { contributors: 60, present: 98 },
  { contributors: 400, present: 520 },
] as const;

/** The pacing view of classes that have run for a quarter of an hour, from replayed signals. */
export async function shootPacing(
  studio: Studio,
  withBrowser: (use: (browser: PersonalBrowser) => Promise<void>) => Promise<void>,
): Promise<void> {
  const wanted = CLASSES.filter(({ contributors }) => studio.wants(`pacing-${String(contributors)}`));
  if (wanted.length === 0) return;
  const analytics = await AnalyticsApart.start();
  const product = await Product.start({
    startTimeoutMs: START_TIMEOUT_MS,
    environment: analytics.environment,
  });
  try {
    const school = await School.found(product);
    for (const people of wanted) {
      const planned = await replayedClass(product, school, analytics, { ...people, windows: QUARTER_HOUR_WINDOWS });
      const crowd = await gather(school, product, planned, people.present);
      try {
        await withBrowser((browser) =>
          withBrowser((colleague) =>
            shoot(studio, { browser, colleague }, { product, school, analytics, planned, ...people }),
          ),
        );
      } finally {
        await Promise.all(crowd.map((client) => client.leave()));
      }
    }
  } finally {
    await product.stop();
    await analytics.stop();
  }
}

async function gather(school: School, product: Product, planned: ClassDetail, present: number): Promise<LightClient[]> {
  const crowd: LightClient[] = [];
  for (let first = 0; first < present; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, present - first) }, async (_, index) =>
      LightClient.connect(product.url, await school.sitDown(planned, nameOf(first + index))),
    );
    crowd.push(...(await Promise.all(batch)));
  }
  for (const client of crowd.slice(0, 4)) await client.request('raise-hand', {});
  for (const client of crowd.slice(4, 10)) await client.request('react', { reaction: 'thumbs-up' });
  for (const [index, text] of ['Slower, please', 'Now I see it!', 'Is this in the notes?'].entries())
    await crowd[FIRST_WRITER + index]?.request('send-chat', { text });
  return crowd;
}

function nameOf(index: number): string {
  return WRITERS[index - FIRST_WRITER] ?? `Student ${String(index + 1)}`;
}

interface Room {
  readonly product: Product;
  readonly analytics: AnalyticsApart;
  readonly school: School;
  readonly planned: ClassDetail;
  readonly contributors: number;
}

interface Teachers {
  readonly browser: PersonalBrowser;
  readonly colleague: PersonalBrowser;
}

async function shoot(studio: Studio, { browser, colleague }: Teachers, room: Room): Promise<void> {
  const teacher = await joinAsInstructor(browser, room.product, room.school, room.planned);
  await teacher
    .getByText(/^measured \d/)
    .first()
    .waitFor({ timeout: CAUGHT_UP_WITHIN_MS });
  await teacher
    .getByText(/catching up/)
    .first()
    .waitFor({ state: 'hidden', timeout: CAUGHT_UP_WITHIN_MS });
  await teacher.getByRole('button', { name: 'Camera: turn on' }).click();
  await teacher.locator('video').first().waitFor();
  const name = `pacing-${String(room.contributors)}`;
  await studio.shoot(name, teacher, unfolded(teacher));
  if (room.contributors === 400) {
    await shareAsColleague(colleague, room);
    await teacher.locator('video').nth(1).waitFor();
    await teacher.setViewportSize(README_SIZE);
    await studio.shootOnce(`${name}-readme`, teacher);
    await teacher.setViewportSize(WINDOW_SIZE);
  }
  if (room.contributors === 60) await shootWithoutFigures(studio, teacher, room);
  await shootWindow(studio, teacher, name);
  if (room.contributors >= 60) {
    await speakGerman(teacher);
    await teacher
      .getByText(/^gemessen \d/)
      .first()
      .waitFor();
    await studio.shoot(`${name}-german`, teacher, unfolded(teacher));
  }
  if (room.contributors === 20) await shootEnd(studio, teacher);
}

/** The window in each size; on a phone the view stands in a sheet. */
function unfolded(teacher: Page): ShotOptions {
  const unfold = teacher.getByRole('button', { name: /^(Unfold|Ausklappen)$/ });
  return {
    wholePage: false,
    prepare: async (width) => {
      if (width < 500 && (await unfold.isVisible())) await unfold.click();
    },
  };
}

/** The view while the figures are behind, and while nothing is measured; afterwards it is as before. */
async function shootWithoutFigures(studio: Studio, teacher: Page, { analytics }: Room): Promise<void> {
  const view = teacher.getByRole('region', { name: 'Pacing' });
  analytics.hang();
  await view.getByText(/catching up/).waitFor({ timeout: 60_000 });
  await studio.shoot('pacing-catching-up', teacher, unfolded(teacher));
  analytics.goOn();
  await view.getByText(/of those measured/).waitFor({ timeout: 60_000 });
  const switchSignal = async (): Promise<void> => {
    await teacher.getByRole('button', { name: 'More', exact: true }).click();
    await teacher.getByRole('menuitemcheckbox', { name: 'Measuring in this class' }).click();
  };
  await switchSignal();
  await view.getByText('Nothing is measured in this class').waitFor();
  await studio.shoot('pacing-off', teacher, unfolded(teacher));
  await switchSignal();
}

/** A second instructor comes in by invitation and shares a slide: on one's own screen one's own share would not show. */
async function shareAsColleague(colleague: PersonalBrowser, { product, school, planned }: Room): Promise<void> {
  const page = await colleague.page();
  await lendSlide(page);
  await page.goto(await school.invitation('instructor'));
  await page.getByRole('textbox', { name: 'Your name' }).fill('Mary Somerville');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('mary@test.example');
  await page.getByRole('textbox', { name: 'Password' }).fill('the connexion of the sciences');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { name: 'Your classes' }).waitFor();
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('button', { name: 'Share the screen' }).click();
}

/** The view in its own window, as chart, zoomed and as a table. */
async function shootWindow(studio: Studio, teacher: Page, name: string): Promise<void> {
  const view = await openWindow(teacher);
  await studio.shoot(`${name}-window`, view);
  const zoom = view.getByRole('button', { name: /5 s/ });
  if (await zoom.isVisible()) {
    await zoom.click();
    await studio.shoot(`${name}-window-fine`, view, { widths: [360, 1280] });
  }
  await view.getByRole('button', { name: 'Table' }).click();
  await view.getByText('Details', { exact: true }).click();
  await studio.shoot(`${name}-window-table`, view, { widths: [360, 1280] });
  await view.setViewportSize({ width: 900, height: 90 });
  await studio.shootOnce(`${name}-window-strip`, view);
  await view.close();
}

async function openWindow(teacher: Page): Promise<Page> {
  const opening = teacher.context().waitForEvent('page');
  await teacher.getByRole('button', { name: 'Open in a window of its own' }).click();
  const view = await opening;
  await view.getByRole('region', { name: 'Pacing' }).getByRole('heading').first().waitFor();
  return view;
}

/** Ends the class: its own window keeps what was shown last, and one that comes too late waits. */
async function shootEnd(studio: Studio, teacher: Page): Promise<void> {
  const view = await openWindow(teacher);
  await teacher.getByRole('button', { name: 'End for all' }).click();
  await teacher.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
  await view.getByText('The class has ended').waitFor();
  await studio.shoot('pacing-window-closed', view);
  await view.reload();
  await view.getByText('Waiting for the classroom').waitFor();
  await studio.shoot('pacing-window-waiting', view);
}
