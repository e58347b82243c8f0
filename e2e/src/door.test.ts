import { LightClient } from '@lectern/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

/** Each holds the one slot for the four seconds that a page has which opens no media. */
const AHEAD = 3;

let classroom: Classroom;
let student: Person;

beforeAll(async () => {
  classroom = await Classroom.build({ environment: { LECTERN_ADMISSIONS_AT_ONCE: '1' } });
  const { url, school, planned } = classroom;
  student = await classroom.visitor('Berta');
  await student.page.goto(`${url}/c/${classroom.joinCode}`);
  await student.page.getByLabel('Your name').fill('Berta');
  const staff = await LightClient.connect(url, await school.teach(planned));
  await staff.request('start-class', {});
  classroom.onClose(() => {
    staff.close();
  });
});

afterAll(() => classroom.close());

it('shows the place in the queue to a student who comes to a full door, and lets them in by itself', async () => {
  const { url, school, planned } = classroom;
  const seats = await Promise.all(Array.from({ length: AHEAD }, (_, index) => school.sitDown(planned, `A${index}`)));
  for (const seat of seats) {
    void LightClient.connect(url, seat).then((client) => {
      classroom.onClose(() => {
        client.close();
      });
    });
  }
  await student.press('Join');
  await student.page.getByRole('heading', { name: 'Many people are coming in right now' }).waitFor();
  const place = student.page.locator('.place strong');
  const first = Number(await place.textContent());
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(AHEAD + 1);
  expect(await student.page.locator('p[role=status]').textContent()).toContain(`Your place in the queue: ${first}.`);
  expect(await accessibilityProblems(student.page)).toEqual([]);
  await student.button('Raise your hand').waitFor();
  await expect.poll(() => place.count()).toBe(0);
});
