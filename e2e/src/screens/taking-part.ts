import type { ChromiumOptions } from '@lectern/testbed';
import type { Classroom } from '../harness/classroom.ts';
import { clips } from '../harness/clips.ts';
import { askToTakePart, sayYes } from '../harness/contributor.ts';
import type { Person } from '../harness/person.ts';
import type { Studio } from './studio.ts';

const WINDOW = { wholePage: false } as const;

/** Each state of the lamp between the question and the datagrams that left the device. */
export async function shootTakingPart(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await ada.startClass();
  const { facing } = await clips();
  const grace = await classroom.student('Grace Hopper', { ...look, camera: facing });
  await shootDownload(studio, grace);
  await shootSent(studio, grace);
  const alan = await classroom.student('Alan Turing', { ...look, camera: facing });
  await shootUnavailable(studio, alan);
}

/** The preview, and the download held in its middle. */
async function shootDownload(studio: Studio, grace: Person): Promise<void> {
  const question = await askToTakePart(grace);
  await studio.shoot('taking-part-question', grace.page, WINDOW);
  const pictured = Promise.withResolvers<undefined>();
  await grace.page.route('**/attention/ort.*', async (route) => {
    await pictured.promise;
    await route.continue();
  });
  const saidYes = sayYes(grace, question);
  await grace.page.getByText(/^Getting ready: [1-9]/).waitFor({ timeout: 60_000 });
  await studio.shoot('taking-part-download', grace.page, WINDOW);
  pictured.resolve(undefined);
  await saidYes;
}

/** What has left the device, byte by byte. */
async function shootSent(studio: Studio, grace: Person): Promise<void> {
  await studio.shoot('taking-part', grace.page, WINDOW);
  await grace.press('My privacy');
  const { page } = grace;
  await page.getByText('stored', { exact: true }).first().waitFor();
  await studio.shoot('taking-part-privacy', page, WINDOW);
  await page.getByText('Details', { exact: true }).click();
  // The newest comes on top of those that were opened before.
  const openNewest = async (): Promise<void> => {
    const newest = page.locator('details.datagram').first();
    if ((await newest.getAttribute('open')) === null) await newest.locator('summary').click();
    await page.locator('details.datagram table').first().scrollIntoViewIfNeeded();
  };
  await studio.shoot('taking-part-datagrams', page, { ...WINDOW, prepare: openNewest });
  await grace.press('My privacy');
}

/** A device that cannot measure, and the way on. */
async function shootUnavailable(studio: Studio, alan: Person): Promise<void> {
  await alan.page.route('**/attention/landmarker.*', (route) => route.abort());
  await (await askToTakePart(alan)).getByRole('button', { name: 'Take part', exact: true }).click();
  await alan.page.getByText('Not measured').first().waitFor({ timeout: 60_000 });
  await studio.shoot('taking-part-unavailable', alan.page, WINDOW);
  await alan.press('My privacy');
  await studio.shoot('taking-part-unavailable-privacy', alan.page, WINDOW);
}
