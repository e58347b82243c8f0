import { afterAll, beforeAll, expect, it } from 'vitest';
import { BadNetwork, freeMediaPort, type Conditions } from './harness/bad-network.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { statsOf } from './harness/probe.ts';
import { until } from './harness/until.ts';

/** What people have at home and on the train, and where each of them is. */
const NETWORKS = {
  'of which a tenth is lost': { address: '127.0.0.2', loss: 0.1 },
  'that is slow and late': { address: '127.0.0.3', delayMs: 100, jitterMs: 20, kbps: 300 },
} satisfies Record<string, Conditions & { address: string }>;
/** Speech is still understood where a fifth of it is made up between what came. */
const MOST_MADE_UP = 0.2;
/** Less than the camera's middle size at its lowest rate. */
const NARROW_KBPS = 150;
/** It takes a few seconds each way; a busy machine takes its time as well. */
const ADAPTS_WITHIN_MS = 60_000;

let classroom: Classroom;
let ada: Person;
let mediaPort: number;

beforeAll(async () => {
  mediaPort = await freeMediaPort();
  classroom = await Classroom.build({
    environment: { LECTERN_WORKERS: '1', LECTERN_MEDIA_PORT: String(mediaPort) },
  });
  ada = await classroom.instructor();
  await ada.startClass();
});

afterAll(() => classroom.close());

/** Seconds of sound that were played, and how many of them were made up for what did not come in time. */
async function played({ page }: Person): Promise<{ all: number; madeUp: number }> {
  const [sound] = (await statsOf(page, 'inbound-rtp')).filter(({ kind }) => kind === 'audio');
  const samples = (name: string) => Number(sound?.[name] ?? 0) / 48_000;
  // Silence that the speaker's side does not send is none of it.
  return {
    all: samples('totalSamplesReceived'),
    madeUp: samples('concealedSamples') - samples('silentConcealedSamples'),
  };
}

it.each(Object.entries(NETWORKS))('keeps sound usable over a network %s', async (_name, { address, ...conditions }) => {
  const network = await BadNetwork.open(address, mediaPort, conditions);
  classroom.onClose(() => network.close());
  const student = await classroom.visitor('Berta');
  await network.lead(student.browser.context);
  await student.join(classroom);
  await student.hears();
  const before = await played(student);
  const after = await until(
    'ten seconds of sound',
    () => played(student),
    ({ all }) => all > before.all + 10,
  );
  const madeUp = (after.madeUp - before.madeUp) / (after.all - before.all);
  const { carried, dropped } = network.counted;
  expect(carried).toBeGreaterThan(300);
  expect(dropped / carried).toBeGreaterThanOrEqual('loss' in conditions ? conditions.loss / 3 : 0);
  expect(madeUp).toBeLessThan(MOST_MADE_UP);
  await student.sees('Ada Lovelace');
  expect(student.errors).toEqual([]);
});

/** Lines of the picture that a page shows now, 0 while it shows none. */
async function linesShown({ page }: Person): Promise<number> {
  const pictures = (await statsOf(page, 'inbound-rtp')).filter(({ kind }) => kind === 'video');
  const lines = pictures.map(({ frameHeight, framesPerSecond }) => (framesPerSecond ? Number(frameHeight) : 0));
  return Math.max(0, ...lines);
}

it('shows a smaller picture over a link that has become narrow, and the large one again when it is wide', async () => {
  const network = await BadNetwork.open('127.0.0.4', mediaPort, { delayMs: 20 });
  classroom.onClose(() => network.close());
  const student = await classroom.visitor('Carla');
  await network.lead(student.browser.context);
  await student.join(classroom);
  const shown = (accept: (lines: number) => boolean) =>
    until('the lines of the picture', () => linesShown(student), accept, ADAPTS_WITHIN_MS);
  const large = await shown((lines) => lines > 360);
  network.setKbps(NARROW_KBPS);
  await shown((lines) => lines > 0 && lines < large);
  await student.hears();
  network.setKbps(0);
  await shown((lines) => lines === large);
  await student.hears();
  expect(student.errors).toEqual([]);
});
