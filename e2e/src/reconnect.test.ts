import { encodeDatagram, WINDOW_MS, type ServerMessage } from '@lectern/contracts';
import { LightClient } from '@lectern/testbed';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { peerReports } from './harness/probe.ts';
import { mediaWorkersOf } from './harness/processes.ts';

const CONTRIBUTORS = 12;
const BACK_WITHIN_MS = 10_000;

let classroom: Classroom;
let ada: Person;
let berta: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  await ada.startClass();
  berta = await classroom.student('Berta');
  await berta.sees('Ada Lovelace');
});

/** What a test before may have left, when it failed in its middle. */
beforeEach(async () => {
  await Promise.all([ada.regainNetwork(), berta.regainNetwork()]);
  if (await ada.button('Mic: turn on').isVisible()) await ada.press('Mic: turn on');
});

afterAll(() => classroom.close());

it('says that the network is lost, keeps the place and finds back', async () => {
  await keepsHandUp(berta);
  await berta.loseNetwork();
  await berta.regainNetwork();
  await berta.page.getByText('Connected again.').first().waitFor();
  await berta.button('Place 1. Lower your hand').waitFor();
  await berta.sees('Ada Lovelace');
});

it('shows the class what the presenter ended and muted while the network was lost', async () => {
  const mutedTile = berta.page.locator('figure', { hasText: 'Ada Lovelace' }).getByText('Microphone off:');
  await ada.press('Share the screen');
  await berta.sees("Ada Lovelace's screen");
  await ada.loseNetwork();
  await ada.press('Stop sharing the screen');
  await ada.press('Mic: turn off');
  await ada.regainNetwork();
  await berta.seesNoMore("Ada Lovelace's screen");
  await mutedTile.first().waitFor();

  // Nobody would hear a microphone that is opened now.
  await ada.loseNetwork();
  await ada.press('Mic: turn on');
  await ada.page.getByText('The server cannot be reached.').first().waitFor();
  await ada.button('Mic: turn on').waitFor();
  await ada.regainNetwork();
  await ada.page.locator('.notices').getByText('The connection is lost').first().waitFor({ state: 'detached' });
  await ada.press('Mic: turn on');
  await mutedTile.first().waitFor({ state: 'detached' });
  await berta.hears();
});

it('takes the media up again when the server’s media worker died', async () => {
  const [before] = await peerReports(berta.page);
  for (const pid of await mediaWorkersOf(classroom.product.processId)) process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await peerReports(berta.page))[0]?.state, { timeout: 20_000 }).toBe('connected');
  await berta.sees('Ada Lovelace');
  await berta.hears();
  expect(before?.state).toBe('connected');
});

it('finds back by itself when the path of the media was broken for a while', async () => {
  const workers = await mediaWorkersOf(classroom.product.processId);
  const standsStill = berta.page.getByText('Sound and picture stand still.', { exact: true });
  try {
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    // The page says so after three seconds; a worker that answers nothing for five is replaced.
    await standsStill.waitFor();
  } finally {
    for (const pid of workers) process.kill(pid, 'SIGCONT');
  }
  await berta.sees('Ada Lovelace');
  await berta.hears();
  await standsStill.waitFor({ state: 'detached' });
  expect(await mediaWorkersOf(classroom.product.processId)).toEqual(workers);
});

it('is given another worker in place of one that is frozen, and goes on', async () => {
  const workers = await mediaWorkersOf(classroom.product.processId);
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  const isReplaced = async () => {
    const now = await mediaWorkersOf(classroom.product.processId);
    return now.length === workers.length && now.every((pid) => !workers.includes(pid));
  };
  await expect.poll(isReplaced, { timeout: 30_000 }).toBe(true);
  await berta.sees('Ada Lovelace');
  await berta.hears();
});

it('proves after a lost network that the stage’s transport is still there, by restarting ICE over it', async () => {
  const ufrag = (page: Person['page']) =>
    page.evaluate(() => {
      const { peers } = (globalThis as unknown as { __probe: { peers: RTCPeerConnection[] } }).__probe;
      const open = peers.filter(({ connectionState }) => connectionState !== 'closed');
      return open.map((peer) => /a=ice-ufrag:(\S+)/.exec(peer.remoteDescription?.sdp ?? '')?.[1]);
    });
  const before = await ufrag(ada.page);
  // The stage asks after every reconnect whether its transport is still there, by a restart that proves it.
  await ada.loseNetwork();
  await ada.regainNetwork();
  await expect.poll(async () => (await ufrag(ada.page)).join()).not.toBe(before.join());
  await berta.sees('Ada Lovelace');
  expect((await ufrag(ada.page)).length).toBe(before.length);
});

it('is back within ten seconds of a restart after SIGKILL, and no acknowledged score is lost', async () => {
  await keepsHandUp(berta);
  const students = await joinContributors();
  const { window } = await untilStored(students);
  await classroom.product.kill();
  await berta.noticesLoss();
  for (const student of students) student.close();

  await classroom.product.restart();
  const upMs = Date.now();
  await Promise.all([berta.sees('Ada Lovelace', BACK_WITHIN_MS), berta.hears(BACK_WITHIN_MS)]);
  const backMs = Date.now() - upMs;
  console.info(`picture and sound are back ${backMs} ms after the restart`);
  expect(backMs).toBeLessThan(BACK_WITHIN_MS);
  await berta.button('Place 1. Lower your hand').waitFor();

  const staff = await LightClient.connect(classroom.url, await classroom.assistantSeat());
  try {
    const counted = (message: ServerMessage): number | null | undefined =>
      message.type === 'pacing' ? message.pacing.coverage.find((row) => row.window === window)?.measured : undefined;
    const known = staff.snapshot.pacing?.coverage.find((row) => row.window === window)?.measured;
    const published = known ?? counted(await staff.next('pacing', (message) => counted(message) !== undefined, 60_000));
    expect(published).toBe(CONTRIBUTORS);
  } finally {
    staff.close();
  }
});

/** Raises the hand where it is not up already: each test stands alone. */
async function keepsHandUp(person: Person): Promise<void> {
  const lower = person.button('Place 1. Lower your hand');
  if (!(await lower.isVisible())) await person.press('Raise your hand');
  await lower.waitFor();
}

async function joinContributors(): Promise<LightClient[]> {
  const students = await Promise.all(
    Array.from({ length: CONTRIBUTORS }, async (_, index) => {
      const seat = await classroom.school.sitDown(classroom.planned, `Student ${String(index + 1)}`);
      const client = await LightClient.connect(classroom.url, seat);
      await client.contribute();
      return client;
    }),
  );
  classroom.onClose(() => {
    for (const student of students) student.close();
  });
  return students;
}

/** Everybody sends the window that runs now at its end; resolves when the server says that all of it is on disk. */
async function untilStored(students: readonly LightClient[]): Promise<{ window: number }> {
  const [first] = students;
  if (first === undefined) throw new Error('nobody contributes');
  const { classClockMs } = await first.request('clock', {});
  if (classClockMs === null) throw new Error('the class is not live');
  const window = Math.floor(classClockMs / WINDOW_MS);
  await setTimeout((window + 1) * WINDOW_MS - classClockMs);
  const stored = students.map((student) =>
    student.next('signal-acknowledged', (message) => message.stored.includes(window)),
  );
  const bytes = encodeDatagram({
    window,
    outcome: { kind: 'score', score: 0.75 },
    modelTag: 1,
  });
  for (const student of students) student.sendBytes(bytes);
  await Promise.all(stored);
  return { window };
}
