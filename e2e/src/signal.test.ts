import { institutionSchema } from '@lectern/contracts';
import { Crowd } from '@lectern/testbed';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

const ON_SCREEN_WITHIN_MS = 2000;
const ROUNDS = 4;
/** In each round one more abstains, so that 200 are still measured in the last: from there on five seconds are shown. */
const CLIENTS = 200 + ROUNDS;

let classroom: Classroom;
let crowd: Crowd;
let pacing: Locator;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  const ada = await classroom.instructor();
  await ada.startClass();
  berta = await classroom.student('Berta');
  await berta.sees('Ada Lovelace');
  crowd = await Crowd.gather(classroom.url, classroom.school, classroom.planned, CLIENTS);
  classroom.onClose(() => {
    crowd.close();
  });
  pacing = ada.page.getByRole('region', { name: 'Pacing' });
});

afterAll(() => classroom.close());

it('brings each published window with n and coverage to the instructor’s screen within two seconds of its end, with 200 light clients in the class', async () => {
  const lateMs: number[] = [];
  // Not everybody was there when the window that runs now began. It is sent all the same and goes the whole way once.
  const first = await crowd.windowEnd();
  crowd.send(first.window, { score: 0.8 });
  for (let round = 1; round <= ROUNDS; round++) {
    const { window, endedAtMs } = await crowd.windowEnd();
    // Another number each time, so that what is seen is this window and no other. Berta was not asked: one is `not`.
    const line = `measured ${String(CLIENTS - round)} · unclear ${String(round)} · not 1`;
    const seen = pacing.getByText(line, { exact: true }).waitFor({ timeout: 15_000 });
    crowd.send(window, { score: 0.8, unclear: round });
    await seen;
    lateMs.push(Math.round(Date.now() - endedAtMs));
  }
  console.info(`windows on the screen after ${lateMs.join(', ')} ms`);
  expect(Math.max(...lateMs)).toBeLessThan(ON_SCREEN_WITHIN_MS);
});

it('shows five-second figures with n of what was published, near what was sent', async () => {
  await pacing.getByText('5 s', { exact: true }).click();
  await pacing.getByText('Table', { exact: true }).click();
  const rows = await pacing.getByRole('row').allInnerTexts();
  const figures = rows.flatMap((row) => {
    const found = /(\d+)\s%.*?(\d+) to (\d+)\s%.*?(\d+)\s*$/s.exec(row);
    return found === null ? [] : [found.slice(1).map(Number)];
  });
  expect(figures.length).toBeGreaterThan(0);
  for (const [share = 0, from = 0, to = 0, measured = 0] of figures) {
    expect(measured).toBeGreaterThanOrEqual(200);
    // Noise with a standard deviation of 10 students of 200: five of them are 25 points.
    expect(Math.abs(share - 80)).toBeLessThanOrEqual(25);
    expect(from).toBeLessThan(share);
    expect(to).toBeGreaterThanOrEqual(share);
  }
});

it('names the model that the scores of the class come from', async () => {
  await pacing.getByText('Details', { exact: true }).click();
  await pacing.getByText('Scores of this class: model 00000001.', { exact: true }).waitFor();
});

it('shows a student who answers for the signal as soon as the operator changes it, while the class goes on', async () => {
  await berta.press('My privacy');
  await berta.page.getByText('Contact: privacy@test.example').first().waitFor();
  const rules = { responsibleBody: 'Campus North', contact: 'north@test.example' };
  await classroom.school.instructor.request('PUT', '/api/institution', institutionSchema, {
    ...rules,
    ...{ jurisdiction: 'eu', signalMode: 'cohort' },
  });
  await berta.page.getByText('Responsible: Campus North. Contact: north@test.example').first().waitFor();
});
