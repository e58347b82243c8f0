import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import { clips } from './harness/clips.ts';
import { takePart, untilDatagram } from './harness/contributor.ts';
import type { Person } from './harness/person.ts';
import { dataMessages } from './harness/probe.ts';
import { until } from './harness/until.ts';

const SETTLED_WITHIN_MS = 40_000;

let classroom: Classroom;
let student: Person;

beforeAll(async () => {
  const cameras = await clips();
  classroom = await Classroom.build();
  const ada = await classroom.instructor();
  await ada.press('Start the class');
  await ada.page.getByText('Live', { exact: true }).first().waitFor();
  student = await classroom.student('Berta', { camera: cameras.facing });
  await takePart(student);
  await untilDatagram(student, 'a first datagram', () => true);
  await student.press('My privacy');
});

afterAll(() => classroom.close());

it('keeps what was measured while the server was away, and sends it when it is back', async () => {
  await student.page.getByText('stored', { exact: true }).first().waitFor();
  await classroom.product.kill();
  await student.noticesLoss();
  // The device goes on measuring: a window waits now.
  await student.page.getByText('on its way', { exact: true }).first().waitFor();
  const sentBefore = (await dataMessages(student.page)).length;
  const keptWindow = (await shownStates(student))[0]?.bytes ?? '';
  expect(keptWindow).not.toBe('');

  await classroom.product.restart();
  await until(
    'the kept window on disk',
    async () => (await shownStates(student)).find(({ bytes }) => bytes === keptWindow)?.state ?? '',
    (state) => state === 'stored',
    SETTLED_WITHIN_MS,
  );
  const resent = (await dataMessages(student.page)).slice(sentBefore);
  expect(resent).toContain(keptWindow);
});

/** The rows under "What leaves my device", newest first: their bytes in hexadecimal, and what became of them. */
async function shownStates(person: Person): Promise<{ bytes: string; state: string }[]> {
  const rows = person.page.locator('details.datagram summary');
  return (
    await rows.evaluateAll((nodes) =>
      nodes.map((node) => ({
        bytes: node.querySelector('code')?.textContent ?? '',
        state: node.querySelector('.state')?.textContent ?? '',
      })),
    )
  ).map(({ bytes, state }) => ({ bytes: bytes.replaceAll(/\s/g, ''), state: state.trim() }));
}
