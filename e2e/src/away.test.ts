import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

/** Longer than the server waits for a sign of life, and than a path of media lives without one. */
const ASLEEP_MS = 35_000;
const BACK_WITHIN_MS = 10_000;

let classroom: Classroom;
let ada: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  await ada.startClass();
});

afterAll(() => classroom.close());

it('is back in its place after a laptop’s sleep', async () => {
  const berta = await classroom.student('Berta');
  await berta.press('Raise your hand');
  await berta.button('Place 1. Lower your hand').waitFor();
  await berta.sees('Ada Lovelace');
  await berta.browser.fallAsleep();
  await setTimeout(ASLEEP_MS);
  await ada.page.getByText('1 here').first().waitFor();
  await berta.browser.wakeUp();
  await Promise.all([berta.sees('Ada Lovelace', BACK_WITHIN_MS), berta.hears(BACK_WITHIN_MS)]);
  await berta.button('Place 1. Lower your hand').waitFor();
});

it('loads a page anew that is older than the server, and keeps its place', async () => {
  const carl = await classroom.visitor('Carl');
  let loads = 0;
  carl.page.on('load', () => (loads += 1));
  await carl.page.addInitScript(() => {
    if (sessionStorage.getItem('was-old') !== null) return;
    sessionStorage.setItem('was-old', 'yes');
    // The first page speaks a protocol that is no more.
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      send.call(this, typeof data === 'string' ? data.replace(/"protocol":\d+/, '"protocol":0') : data);
    };
  });
  await carl.join(classroom);
  await carl.sees('Ada Lovelace');
  expect(loads).toBe(2);
  await ada.tab(/^People/);
  await ada.page.getByText('Carl', { exact: true }).first().waitFor();
});
