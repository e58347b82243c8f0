import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { statsOf } from './harness/probe.ts';
import { until } from './harness/until.ts';

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  [ada, berta] = await Promise.all([classroom.instructor(), classroom.student('Berta')]);
});

afterAll(() => classroom.close());

/** Bytes of pictures that have come to Berta. */
async function pictureBytes(): Promise<number> {
  const pictures = (await statsOf(berta.page, 'inbound-rtp')).filter(({ kind }) => kind === 'video');
  return pictures.reduce((sum, { bytesReceived }) => sum + Number(bytesReceived), 0);
}

const item = () => berta.page.getByRole('menuitemcheckbox', { name: /^Low bandwidth/ });

async function kilobits(): Promise<number> {
  await berta.press('More');
  const [, kbps = ''] = /Now: (\d[\d,]*) kbit\/s/.exec((await item().textContent()) ?? '') ?? [];
  await berta.page.keyboard.press('Escape');
  return kbps === '' ? Number.NaN : Number(kbps.replace(',', ''));
}

/** Resolves once the screen comes at this temporal layer, of three. */
async function screenComesAt(temporal: number): Promise<void> {
  await berta.press('More');
  await berta.page.getByRole('menuitem', { name: 'Data of the connection' }).click();
  await berta.page.getByRole('row', { name: new RegExp(`^Screen \\d+/10 0, rate ${temporal}$`) }).waitFor();
  await berta.page.keyboard.press('Escape');
}

it('says what it takes before it is chosen, turns the camera off and keeps the sound, and stays so over a reload', async () => {
  await ada.startClass();
  await berta.sees('Ada Lovelace');
  const before = await until('kbit/s', kilobits, (kbps) => kbps > 100);
  await berta.press('More');
  await item().getByText('Takes 50 to 80 kbit/s for one voice and slides').waitFor();
  await item().click();
  await berta.page.getByText('Picture off to save data').waitFor();
  const low = await until('few kbit/s', kilobits, (kbps) => kbps < 100);
  expect(low).toBeLessThan(before / 2);
  const bytes = await pictureBytes();
  await berta.hears();
  expect(await pictureBytes()).toBe(bytes);
  // Its data say so, too, and no quality of what does not come.
  await berta.press('More');
  await berta.page.getByRole('menuitem', { name: 'Data of the connection' }).click();
  await berta.page.getByRole('row', { name: 'Camera not asked for: hidden, or off to save data' }).waitFor();
  await berta.page.getByRole('row', { name: /^Microphone \d+\/10/ }).waitFor();
  await berta.page.keyboard.press('Escape');

  await berta.page.reload();
  await berta.page.getByText('Picture off to save data').waitFor();
  await berta.hears();
  await berta.press('More');
  await item().click();
  await berta.sees('Ada Lovelace');
});

it('takes a shared screen at its lowest rate, and at its full one without low bandwidth', async () => {
  await ada.press('Share the screen');
  await berta.sees("Ada Lovelace's screen");
  await screenComesAt(2);
  await berta.press('More');
  await item().click();
  await screenComesAt(0);
  await berta.sees("Ada Lovelace's screen");
  expect(berta.errors).toEqual([]);
});
