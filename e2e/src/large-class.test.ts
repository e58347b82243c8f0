import { seatSchema } from '@lectern/contracts';
import { HttpSession, LightClient } from '@lectern/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { statsOf } from './harness/probe.ts';
import { until } from './harness/until.ts';

/** From so many students on packets of sound are longer. */
const LARGE = 300;
const AT_ONCE = 20;

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  [ada, berta] = await Promise.all([classroom.instructor(), classroom.student('Berta')]);
});

afterAll(() => classroom.close());

/** Bytes in a packet of Ada's microphone, of sixty sent from now on: of longer sound there are more. */
async function bytesInPackets(): Promise<number> {
  const sent = async () => {
    // The one before it may stand there still, and sends nothing.
    const microphones = (await statsOf(ada.page, 'outbound-rtp')).filter(({ kind }) => kind === 'audio');
    const sum = (key: string) => microphones.reduce((total, entry) => total + Number(entry[key]), 0);
    return { bytes: sum('bytesSent'), packets: sum('packetsSent') };
  };
  const before = await sent();
  const after = await until('packets of sound', sent, ({ packets }) => packets > before.packets + 60);
  return (after.bytes - before.bytes) / (after.packets - before.packets);
}

it('opens a microphone with longer packets once 300 students are there, and it is heard as before', async () => {
  await ada.startClass();
  await berta.hears();
  const short = await bytesInPackets();
  await gather(LARGE - 1);
  // What runs goes on as it is.
  expect(await bytesInPackets()).toBeLessThan(1.5 * short);
  await ada.press('Mic: turn off');
  await ada.press('Mic: turn on');
  await berta.hears();
  const long = await bytesInPackets();
  expect(long).toBeGreaterThan(2 * short);
  expect(ada.errors).toEqual([]);
});

/** Students without media: their number alone counts. */
async function gather(size: number): Promise<void> {
  const students: LightClient[] = [];
  classroom.onClose(() => {
    for (const student of students) student.close();
  });
  for (let from = 0; from < size; from += AT_ONCE) {
    const names = Array.from(
      { length: Math.min(AT_ONCE, size - from) },
      (_, index) => `Student ${String(from + index)}`,
    );
    students.push(
      ...(await Promise.all(
        names.map(async (name) => {
          const guest = new HttpSession(classroom.url);
          const seat = await guest.request('POST', `/api/join/${classroom.joinCode}`, seatSchema, { name });
          return LightClient.connect(classroom.url, seat);
        }),
      )),
    );
  }
}
