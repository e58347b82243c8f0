import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import { turnRemindersOn } from './harness/contributor.ts';
import type { Person } from './harness/person.ts';
import { minutesOf, playWindows } from './harness/played-windows.ts';
import { dataMessages, liveTracks, muteTracks } from './harness/probe.ts';

let classroom: Classroom;
beforeAll(async () => {
  classroom = await Classroom.build();
  const ada = await classroom.instructor();
  await ada.press('Start the class');
  await ada.page.getByText('Live', { exact: true }).first().waitFor();
});
afterAll(() => classroom.close());

const lamp = (student: Person, text: string) => student.page.getByText(text, { exact: true }).first();

describe('a student whose camera gives no picture for a while', () => {
  it('reads so, and reads it no more once the picture is back', async () => {
    const student = await classroom.student('Covered');
    await playWindows(student, minutesOf(1, { kind: 'score', score: 0.9 }));
    await turnRemindersOn(student);
    await student.press('My privacy');
    const said = student.page.getByText('Your camera gives no picture: another program may be using it');
    expect(await said.count()).toBe(0);
    await muteTracks(student.page, true);
    await said.waitFor();
    await lamp(student, 'Camera: no picture').waitFor();
    expect(await accessibilityProblems(student.page)).toEqual([]);
    await muteTracks(student.page, false);
    await said.waitFor({ state: 'detached' });
    await lamp(student, 'Camera: this device only').waitFor();
    expect(await liveTracks(student.page)).toBe(1);
    expect(await dataMessages(student.page)).toEqual([]);
    await student.close();
  });
});

describe('a student whose browser cannot measure', () => {
  it.each([
    { flags: ['--js-flags=--jitless'], why: 'This browser has WebAssembly switched off' },
    {
      flags: ['--disable-gpu', '--disable-software-rasterizer'],
      why: 'The graphics that measuring needs (WebGL 2) are switched off',
    },
  ])('is asked for nothing, and reads why ($flags.0)', async ({ flags, why }) => {
    const student = await classroom.student('Old', { flags });
    await student.press('My privacy');
    const leaves = student.page.getByRole('region', { name: 'What leaves my device' });
    await leaves.getByText('This browser cannot measure, so no number leaves this device.').waitFor();
    await leaves.getByText(why).waitFor();
    expect(await student.page.getByRole('switch').count()).toBe(0);
    expect(await student.page.getByRole('checkbox').count()).toBe(0);
    expect(await accessibilityProblems(student.page)).toEqual([]);
    await student.press('My privacy');
    await student.page.waitForLoadState('networkidle');
    expect(await student.button('Take part').count()).toBe(0);
    expect(await liveTracks(student.page)).toBe(0);
    expect(student.errors).toEqual([]);
    await student.close();
  });
});
