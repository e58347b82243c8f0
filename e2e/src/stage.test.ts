import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import { heard, listen } from './harness/heard.ts';
import type { Person } from './harness/person.ts';
import { liveTracks, statsOf } from './harness/probe.ts';
import { until } from './harness/until.ts';

let classroom: Classroom;
let ada: Person;
let berta: Person;
let carl: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  [ada, berta, carl] = await Promise.all([
    classroom.instructor(),
    listeningStudent('Berta'),
    classroom.student('Carl'),
  ]);
});

afterAll(() => classroom.close());

async function listeningStudent(name: string): Promise<Person> {
  const student = await classroom.visitor(name);
  await listen(student.page);
  await student.join(classroom);
  return student;
}

it('lets nobody hear or see anything before the start', async () => {
  expect(await liveTracks(berta.page)).toBe(0);
  await berta.page.getByText('You are here unseen and unheard').waitFor();
});

it('brings the instructor’s picture and sound to both students when the class starts', async () => {
  await ada.startClass();
  await Promise.all([berta.sees('Ada Lovelace'), carl.sees('Ada Lovelace')]);
  await Promise.all([berta.hears(), carl.hears()]);
  await ada.page.getByText('2 hear you').waitFor();
});

it('brings a student from a raised hand to the stage, after a look that only the student has', async () => {
  await berta.press('Raise your hand');
  await berta.button('Place 1. Lower your hand').waitFor();
  await ada.tab(/^Hands/);
  await ada.press('Invite Berta to the stage');
  await berta.press('Check my devices');
  await berta.page.getByLabel('Preview of your camera').waitFor();
  await expect(carl.picture('Berta').count()).resolves.toBe(0);
  await berta.press('Go on stage');
  await Promise.all([ada.sees('Berta'), carl.sees('Berta')]);
  expect(await heard(berta.page)).not.toContain('Camera off.');
  await ada.hears();
});

it('sends a student back, whose camera and microphone are off then', async () => {
  expect(await liveTracks(berta.page)).toBe(2);
  await berta.press('Back to the audience');
  await Promise.all([ada.seesNoMore('Berta'), carl.seesNoMore('Berta')]);
  await expect.poll(() => liveTracks(berta.page)).toBe(0);
  await berta.sees('Ada Lovelace');
});

it('sends the camera in three layers and shows the large tile a large one', async () => {
  const layers = (await statsOf(ada.page, 'outbound-rtp')).filter(({ kind }) => kind === 'video');
  expect(layers.map(({ rid }) => rid).sort()).toEqual(['r0', 'r1', 'r2']);
  await until(
    'a large layer',
    () => widthOf(berta, 'Ada Lovelace'),
    (width) => width >= 640,
  );
});

it('shares a screen with the class, gives the small camera tile a small layer, and ends it', async () => {
  await ada.press('Share the screen');
  await Promise.all([berta.sees("Ada Lovelace's screen"), carl.sees("Ada Lovelace's screen")]);
  await until(
    'a small layer',
    () => widthOf(berta, 'Ada Lovelace'),
    (width) => width > 0 && width <= 320,
  );
  await ada.press('Stop sharing the screen');
  await Promise.all([berta.seesNoMore("Ada Lovelace's screen"), carl.seesNoMore("Ada Lovelace's screen")]);
});

it('has no accessibility problem for a student: the card that asks, the chat, My privacy', async () => {
  await carl.button('Take part').waitFor();
  await carl.press('Chat');
  await carl.page.getByRole('textbox', { name: 'Write to everybody' }).waitFor();
  expect(await accessibilityProblems(carl.page)).toEqual([]);
  await carl.press('My privacy');
  expect(await accessibilityProblems(carl.page)).toEqual([]);
  await carl.press('My privacy');
});

it('lets hand, chat, microphone and taking part be done by the keyboard alone', async () => {
  await carl.tabTo('Raise your hand');
  await carl.page.keyboard.press('Enter');
  await carl.button('Place 1. Lower your hand').waitFor();
  await carl.page.keyboard.press('Enter');
  await carl.button('Raise your hand').waitFor();

  await carl.tabTo('Chat');
  await carl.page.keyboard.press('Enter');
  await carl.page.getByRole('textbox', { name: 'Write to everybody' }).waitFor();
  await carl.tabTo('Write to everybody', 'textbox');
  await carl.page.keyboard.type('Written by keyboard');
  await carl.page.keyboard.press('Enter');
  await berta.press(/^Chat/);
  await berta.page.getByText('Written by keyboard').first().waitFor();

  await carl.tabTo('Take part');
  await carl.page.keyboard.press('Enter');
  const dialog = carl.page.getByRole('dialog');
  await dialog.getByLabel('Preview of your camera').waitFor();
  await carl.tabTo('Take part', 'button', dialog);
  await carl.page.keyboard.press('Enter');
  await carl.page.getByText('Taking part', { exact: true }).first().waitFor({ timeout: 60_000 });

  await ada.tabTo('Mic: turn off');
  await ada.page.keyboard.press('Enter');
  await ada.button('Mic: turn on').waitFor();
});

it('changes a muted microphone by the keyboard, which stays muted, and turns no camera on', async () => {
  await ada.press('Camera: turn off');
  await expect.poll(() => liveTracks(ada.page)).toBe(1);
  await ada.press('More');
  await ada.page.getByRole('menuitem', { name: 'Camera and microphone' }).click();
  const dialog = ada.page.getByRole('dialog');
  const microphones = dialog.getByLabel('Microphone', { exact: true });
  const before = await microphones.inputValue();
  await microphones.focus();
  await ada.page.keyboard.press('ArrowDown');
  await expect.poll(() => microphones.inputValue()).not.toBe(before);
  await dialog.getByRole('meter', { name: 'Microphone level' }).waitFor();
  expect(await microphones.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
  await dialog.getByText('The camera is off').waitFor();
  expect(await accessibilityProblems(ada.page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Use these' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => liveTracks(ada.page)).toBe(1);
  await ada.button('Mic: turn on').waitFor();
  await ada.button('Camera: turn on').waitFor();
  await ada.press('Mic: turn on');
  await ada.press('Camera: turn on');
  await Promise.all([berta.hears(), berta.sees('Ada Lovelace')]);
});

it('leaves no error in any console', () => {
  expect({ ada: ada.errors, berta: berta.errors, carl: carl.errors }).toEqual({ ada: [], berta: [], carl: [] });
});

/** Width of the picture that arrives for a tile. */
function widthOf(person: Person, of: string): Promise<number> {
  return person.picture(of).evaluate((node: HTMLVideoElement) => node.videoWidth);
}
