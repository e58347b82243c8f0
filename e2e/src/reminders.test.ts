import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import { clips } from './harness/clips.ts';
import { datagrams, scoreOf, turnRemindersOn, untilDatagram } from './harness/contributor.ts';
import type { Person } from './harness/person.ts';
import { minutesOf, playWindows } from './harness/played-windows.ts';
import { dataMessages, liveTracks, peerReports } from './harness/probe.ts';
import { SignallingRecorder } from './harness/signalling-recorder.ts';
import { until } from './harness/until.ts';

let cameras: Awaited<ReturnType<typeof clips>>;
beforeAll(async () => {
  cameras = await clips();
});

describe('a student who is reminded by their own device alone', () => {
  let classroom: Classroom;
  let student: Person;
  beforeAll(async () => {
    classroom = await Classroom.build();
    const ada = await classroom.instructor();
    await ada.press('Start the class');
    await ada.page.getByText('Live', { exact: true }).first().waitFor();
    student = await classroom.student('Facing', { camera: cameras.facing });
  });
  afterAll(() => classroom.close());

  const measuredMinutes = () => student.page.getByText(/^Minutes measured: /);
  const keptOnDevice = () =>
    student.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('lectern.minutes.')));

  async function openMinutes(): Promise<void> {
    await student.press('My privacy');
    await student.press('My minutes');
  }

  async function closeMinutes(): Promise<void> {
    await student.page.keyboard.press('Escape');
    await student.press('My privacy');
  }

  it('is measured, and nothing leaves the device: no data channel, no datagram', async () => {
    await turnRemindersOn(student);
    await openMinutes();
    await measuredMinutes().waitFor({ timeout: 105_000 });
    expect(await measuredMinutes().textContent()).toMatch(/^Minutes measured: [12]\. In [12] of them/);
    expect(await accessibilityProblems(student.page)).toEqual([]);
    await student.page.keyboard.press('Escape');
    await student.page.getByText('Nothing has left this device. What is measured stays here.').waitFor();
    await student.press('My privacy');
    expect(await dataMessages(student.page)).toEqual([]);
    const reports = await peerReports(student.page);
    expect(reports.filter(({ purpose }) => purpose !== 'receive')).toEqual([]);
    expect(reports.flatMap(({ entries }) => entries.filter(({ type }) => type === 'data-channel'))).toEqual([]);
  });

  it('is asked once where the class is, and the answer stays on the device', async () => {
    const question = student.page.getByRole('region', { name: 'Is the class on this screen or another one?' });
    await question.getByRole('checkbox', { name: 'One to my left' }).check();
    await question.getByText('Facing any of them counts as facing the class.').waitFor();
    await question.getByLabel('Where is the camera?').selectOption('Left of the screen');
    await question.getByText('If a camera program mirrors the picture').waitFor();
    await question.getByRole('button', { name: 'Done' }).click();
    await question.waitFor({ state: 'detached' });
  });

  it('finds minutes and screens again after a reload, the camera off', async () => {
    await student.page.reload();
    await student.page.getByRole('heading', { name: 'Reminders again?' }).waitFor();
    expect(await liveTracks(student.page)).toBe(0);
    await student.press('My privacy');
    await student.page.getByText('Reminders for yourself: nothing is measured now').waitFor();
    const left = student.page.getByRole('checkbox', { name: 'One to my left' });
    expect(await left.isChecked()).toBe(true);
    expect(await student.page.getByLabel('Where is the camera?').inputValue()).toBe('left');
    await student.press('My privacy');
    await openMinutes();
    await measuredMinutes().waitFor();
  });

  it('deletes them at once', async () => {
    expect(await keptOnDevice()).toHaveLength(1);
    await student.press('Delete now');
    await student.page.getByText('No minutes are kept on this device.').waitFor();
    expect(await keptOnDevice()).toEqual([]);
    await closeMinutes();
  });

  it('takes part as well with the same camera, and either ends by itself', async () => {
    await turnRemindersOn(student);
    await student.press('My privacy');
    await student.page.getByRole('switch', { name: 'Help your teacher read the room' }).click();
    const question = student.page.getByRole('dialog');
    await question.getByText('Your camera is on already').waitFor();
    await question.getByRole('button', { name: 'Take part', exact: true }).click();
    await student.page.getByText('Taking part', { exact: true }).first().waitFor();
    await untilDatagram(student, 'a score', (newest) => scoreOf(newest) !== null);
    await student.page.getByText(/^So far \d+ messages? of 16 bytes/).waitFor();
    expect([await liveTracks(student.page), student.page.workers().length]).toEqual([1, 1]);

    const sent = (await datagrams(student)).length;
    await student.page.getByRole('switch', { name: 'Reminders for myself' }).click();
    await student.page.getByText('Reminders are off.').first().waitFor();
    await until(
      'another datagram',
      () => datagrams(student),
      (all) => all.length > sent,
    );
    await student.page.getByRole('switch', { name: 'Help your teacher read the room' }).click();
    await until(
      'the camera’s light',
      () => liveTracks(student.page),
      (live) => live === 0,
    );
    expect(student.errors).toEqual([]);
  });
});

describe('a reminder', () => {
  let classroom: Classroom;
  let recorder: SignallingRecorder;
  let student: Person;
  beforeAll(async () => {
    classroom = await Classroom.build({ environment: { LECTERN_SIGNAL: 'device' } });
    recorder = await SignallingRecorder.inFrontOf(classroom.url);
    classroom.onClose(() => recorder.close());
    const ada = await classroom.instructor();
    await ada.press('Start the class');
    await ada.page.getByText('Live', { exact: true }).first().waitFor();
    student = await classroom.visitor('Quiet', { camera: cameras.away });
    await student.join({ url: recorder.url, joinCode: classroom.joinCode });
  });
  afterAll(() => classroom.close());

  it('is shown and answered without a word over signalling, HTTP or a data channel', async () => {
    const facing = minutesOf(6, { kind: 'score', score: 0.9 });
    await playWindows(student, minutesOf(4, { kind: 'score', score: 0.1 }, facing));
    await student.page.getByRole('button', { name: 'My privacy' }).waitFor();
    // Where the institution allows figures on the device alone nobody is asked to take part.
    expect(await student.button('Take part').count()).toBe(0);
    await student.press('My privacy');
    await student.page.getByRole('switch', { name: 'Reminders for myself' }).click();
    const question = student.page.getByRole('dialog');
    await question.getByLabel('Preview of your camera').waitFor();

    const requested: string[] = [];
    const sockets: string[] = [];
    await question.getByRole('button', { name: 'Turn on', exact: true }).click();
    await student.page.getByText('Camera: this device only', { exact: true }).first().waitFor();
    student.browser.context.on('request', (request) => requested.push(new URL(request.url()).pathname));
    student.page.on('websocket', (socket) => sockets.push(socket.url()));
    const line = student.page.getByRole('region', { name: 'Want to catch up?' });
    await line.waitFor({ timeout: 60_000 });
    expect(await accessibilityProblems(student.page)).toEqual([]);
    await line.getByRole('button', { name: 'More about reminders' }).click();
    await student.page.getByRole('menuitem', { name: 'Not in the next 30 minutes' }).click();
    await line.waitFor({ state: 'detached' });

    // Files for measuring come from our own origin before the first window, the sound and picture of the class by what is listed.
    expect(requested.filter((path) => !path.startsWith('/attention/') && !path.startsWith('/assets/'))).toEqual([]);
    expect(sockets).toEqual([]);
    expect(await dataMessages(student.page)).toEqual([]);
    expect((await peerReports(student.page)).map(({ purpose }) => purpose)).not.toContain('signal');
    const [seatId = ''] = recorder.seatIds;
    const said = recorder.saidBy(seatId);
    // The clock is asked for, and the stage is received; of the student it is told that they permitted it.
    const EXPECTED = ['clock', 'open-transport', 'connect-transport', 'receive', 'set-permission'];
    expect(said.map(({ type }) => type).filter((type) => !EXPECTED.includes(type))).toEqual([]);
    expect(said.filter(({ type }) => type === 'set-permission').map(({ body }) => body)).toEqual([
      { permission: 'remind', granted: true, wording: 'remind-2', language: 'en' },
    ]);
  });

  it('is not needed for a pause: the camera goes off, and comes back when the student says so', async () => {
    await student.press(/^Pause 5 minutes$/);
    const line = student.page.getByRole('region', { name: 'Paused: camera off' });
    await line.waitFor();
    expect(await liveTracks(student.page)).toBe(0);
    await line.getByRole('button', { name: 'Go on now' }).click();
    await student.page.getByText('Camera: this device only', { exact: true }).first().waitFor();
    // The lamp says where the picture will go before the camera is open.
    await until(
      'the camera is on again',
      () => liveTracks(student.page),
      (tracks) => tracks === 1,
    );
    expect(student.errors).toEqual([]);
  });
});
