import { operatorStatusSchema } from '@lectern/contracts';
import { Crowd } from '@lectern/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

/** As little as can be set: what a dozen people receive is more. */
const PACKETS_PER_S = 1_000;
const STUDENTS = 14;
/** Ten seconds for each step, and the five between two looks. */
const STEP_MS = 60_000;

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build({
    environment: { LECTERN_PACKET_BUDGET: String(PACKETS_PER_S), LECTERN_WORKERS: '1' },
  });
  [ada, berta] = await Promise.all([classroom.instructor(), classroom.student('Berta')]);
});

afterAll(() => classroom.close());

it('gives up pictures and no sound where the server is full, and says so', async () => {
  await ada.startClass();
  await berta.sees('Ada Lovelace');
  const crowd = await Crowd.gather(classroom.url, classroom.school, classroom.planned, STUDENTS);
  classroom.onClose(() => {
    crowd.close();
  });
  const receiving = crowd.members.map((member) => member.receive());
  await Promise.all(receiving);
  const line = ada.page.getByText(/: so many people fill the server$/);
  await line.filter({ hasText: 'Cameras paused' }).waitFor({ timeout: STEP_MS });
  await berta.page.getByText('this picture is paused; what is spoken goes on').waitFor();
  await berta.hears();
  const { instructor: operator } = classroom.school;
  const { classes } = await operator.request('GET', '/api/operator/status', operatorStatusSchema);
  expect(classes).toMatchObject([{ shedding: { step: 'camera', reason: 'packets' } }]);
  const metrics = await (await fetch(`${classroom.url}/metrics`)).text();
  expect(metrics).toContain('lectern_classes_shedding{kind="ordinary",step="camera",reason="packets"} 1');
  expect(berta.errors).toEqual([]);
});
