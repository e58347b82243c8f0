import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

/** Longer than the server waits for a sign of life, and than a path of media lives without one. */
const SHORT_SLEEP_MS = 32_000;
/** Longer than a place is kept after that. */
const LONG_SLEEP_MS = 65_000;
/** What is published stays this long when a connection is lost without a word. */
const PLACE_KEPT_MS = 30_000;
const BACK_WITHIN_MS = 10_000;
/** Half of it is sleep. */
const LONG_TEST_MS = 240_000;

let classroom: Classroom;
let ada: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  await ada.startClass();
});

afterAll(() => classroom.close());

it(
  'is back in its place after a short sleep of the laptop, and in the class after a longer one',
  async () => {
    const [berta, emil] = await Promise.all([sitsWithHandUp('Berta'), sitsWithHandUp('Emil')]);
    await Promise.all([berta.browser.fallAsleep(), emil.browser.fallAsleep()]);
    await setTimeout(SHORT_SLEEP_MS);
    await ada.page.getByText('0 students here').first().waitFor();
    await berta.browser.wakeUp();
    await Promise.all([berta.sees('Ada Lovelace', BACK_WITHIN_MS), berta.hears(BACK_WITHIN_MS)]);
    await berta.button(/^Place \d\. Lower your hand/).waitFor();

    await setTimeout(LONG_SLEEP_MS - SHORT_SLEEP_MS);
    await emil.browser.wakeUp();
    await Promise.all([emil.sees('Ada Lovelace', BACK_WITHIN_MS), emil.hears(BACK_WITHIN_MS)]);
    // The seat is the same; the hand was not kept up for somebody who was away for so long.
    await emil.button('Raise your hand').waitFor();
    await ada.page.getByText('2 students here').first().waitFor();
  },
  LONG_TEST_MS,
);

async function sitsWithHandUp(name: string): Promise<Person> {
  const person = await classroom.student(name);
  await person.press('Raise your hand');
  await person.button(/^Place \d\. Lower your hand/).waitFor();
  await person.sees('Ada Lovelace');
  return person;
}

it('says of a presenter that the connection is lost, until the picture moves again', async () => {
  const dora = await classroom.student('Dora');
  await dora.sees('Ada Lovelace');
  await ada.loseNetwork();
  const lost = dora.page.getByText('Connection lost', { exact: true });
  await lost.waitFor();
  await ada.regainNetwork();
  await lost.waitFor({ state: 'detached' });
  await dora.sees('Ada Lovelace');
});

it('loads a page anew whose parts the server has no more', async () => {
  const erna = await classroom.visitor('Erna');
  let documents = 0;
  await erna.page.route('**/*', async (route) => {
    const request = route.request();
    if (request.isNavigationRequest()) documents += 1;
    if (documents > 1) return route.continue();
    // The first page is of an older build.
    if (request.url().includes('/assets/ClassPage-')) return route.fulfill({ status: 404 });
    if (!request.isNavigationRequest()) return route.continue();
    const response = await route.fetch();
    const page = (await response.text()).replace(
      /name="lectern-build" content="\w+/,
      'name="lectern-build" content="000000000000',
    );
    return route.fulfill({ response, body: page });
  });
  await erna.join(classroom);
  await erna.sees('Ada Lovelace');
  expect(documents).toBe(2);
});

it('takes a presenter’s picture down with the page, and keeps the seat', async () => {
  const frieda = await classroom.student('Frieda');
  await frieda.sees('Ada Lovelace');
  const kept = ada.page.url();
  await ada.page.goto('about:blank');
  await frieda.page.getByText('The stage is empty').waitFor({ timeout: PLACE_KEPT_MS / 2 });
  await ada.page.goto(kept);
  await ada.button('Camera: turn on').click();
  await frieda.sees('Ada Lovelace');
});

it('loads a page anew that is older than the server, and keeps its place', async () => {
  const carl = await classroom.visitor('Carl');
  let loads = 0;
  carl.page.on('load', () => (loads += 1));
  await carl.page.addInitScript(() => {
    if (sessionStorage.getItem('was-old') !== null) return;
    sessionStorage.setItem('was-old', 'yes');
    // The first page speaks a protocol that is no more.
    const send = Reflect.get(WebSocket.prototype, 'send');
    WebSocket.prototype.send = function (this: WebSocket, data) {
      send.call(this, typeof data === 'string' ? data.replace(/"protocol":\d+/, '"protocol":0') : data);
    };
  });
  await carl.join(classroom);
  await carl.sees('Ada Lovelace');
  expect(loads).toBe(2);
  await ada.tab(/^People/);
  await ada.page.getByText('Carl', { exact: true }).first().waitFor();
});
