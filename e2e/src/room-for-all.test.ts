import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

const LAPTOP = { width: 1280, height: 720 };
const PHONE = { width: 360, height: 740 };

let classroom: Classroom;
let ada: Person;
let berta: Person;
let carl: Person;

beforeAll(async () => {
  classroom = await Classroom.build();
  [ada, berta, carl] = await Promise.all([
    classroom.instructor(),
    classroom.student('Berta', { context: { viewport: PHONE } }),
    classroom.student('Carl', { context: { viewport: LAPTOP } }),
  ]);
  await ada.page.setViewportSize(LAPTOP);
  await berta.page.evaluate(() => {
    localStorage.setItem('lectern.language', 'de');
  });
  await berta.page.reload();
});

afterAll(() => classroom.close());

it('keeps the start of the class in sight under the preview', async () => {
  await ada.press('Turn on camera and microphone');
  await ada.page.getByLabel('Preview of your camera').waitFor();
  await ada.page.evaluate(() => {
    scrollTo(0, 0);
  });
  await expect(isInSight(ada.button('Start the class'))).resolves.toBe(true);
  await ada.press('Start the class');
});

it('keeps the answers in sight under refused devices', async () => {
  await refuseDevices(carl.page);
  await carl.press('Raise your hand');
  await ada.tab(/^Hands/);
  await ada.press('Invite Carl to the stage');
  await carl.press('Check my devices');
  await carl.page.getByRole('dialog').getByText('Try again').nth(1).waitFor();
  await expect(isInSight(carl.button('Go on stage'))).resolves.toBe(true);
  await carl.page.getByText('the class can neither see nor hear you').waitFor();
  await carl.press('Go on stage');
});

it('asks a phone in German with all of the card in sight', async () => {
  const card = berta.page.getByRole('region', { name: 'Möchten Sie Ihrer Lehrperson zeigen, wie die Stunde läuft?' });
  await expect(isInSight(card.getByText('Verantwortlich'))).resolves.toBe(true);
  await berta.press('Nein danke');
});

it('shows a shared screen alone on a phone by touch, and the class again by the same button', async () => {
  const dora = await classroom.student('Dora', { context: { viewport: PHONE, hasTouch: true, isMobile: true } });
  await ada.press('Share the screen');
  await dora.sees("Ada Lovelace's screen");
  await expect.poll(() => faintButtons(dora.page)).toEqual([]);
  await dora.button(/^Show large: Carl/).tap();
  await dora.button(/^No longer large: Carl/).tap();
  await dora.button("Full screen: Ada Lovelace's screen").tap();
  await expect.poll(() => dora.page.locator('figure:visible').count()).toBe(1);
  await dora.sees("Ada Lovelace's screen");
  expect(await accessibilityProblems(dora.page)).toEqual([]);
  await dora.press('End full screen');
  await expect.poll(() => dora.page.locator('figure:visible').count()).toBeGreaterThan(1);
  await dora.press('More');
  await dora.page.getByRole('menuitemcheckbox', { name: 'Cameras beside the screen' }).tap();
  await expect.poll(() => dora.page.locator('figure:visible').count()).toBe(1);
  await dora.button('Raise your hand').waitFor();
  expect(dora.errors).toEqual([]);
  await dora.close();
  await ada.press('Stop sharing the screen');
});

it('shows a shared screen whole on a phone, with nobody on it, also above the chat', async () => {
  await ada.press('Share the screen');
  await berta.page.locator('figure.screen video').waitFor();
  await expect.poll(() => picturesOutOfPlace(berta.page)).toEqual([]);
  await berta.press('Chat');
  await berta.page.getByRole('textbox').waitFor();
  await expect.poll(() => picturesOutOfPlace(berta.page)).toEqual([]);
  await berta.press('Schließen');
  await ada.press('Stop sharing the screen');
});

it('keeps the words in the German bar apart on a phone on the stage', async () => {
  await berta.press('Sich melden');
  await ada.tab(/^Hands/);
  await ada.press('Invite Berta to the stage');
  await berta.press('Geräte prüfen');
  await berta.press('Auf die Bühne');
  await berta.button('Bildschirm teilen').waitFor();
  expect(await gapsOfBar(berta.page)).toEqual(Array(6).fill(true));
});

it('tells a student whom somebody else brings back to the audience, and offers to mute nobody who is not heard', async () => {
  await ada.tab(/^People/);
  await ada.press('Actions for Carl');
  await ada.page.getByRole('menuitem', { name: 'Back to the audience' }).waitFor();
  expect(await ada.page.getByRole('menuitem', { name: 'Mute', exact: true }).count()).toBe(0);
  await ada.page.getByRole('menuitem', { name: 'Back to the audience' }).click();
  await carl.page.getByText('You were brought back to the audience.').waitFor();
  await berta.press('Mehr');
  await berta.page.getByRole('menuitem', { name: 'Zurück ins Publikum' }).click();
  await berta.button('Sich melden').waitFor();
  expect(await berta.page.getByText('Sie wurden ins Publikum zurückgeholt').count()).toBe(0);
});

it('puts no button over a small picture on the instructor’s phone', async () => {
  await ada.page.setViewportSize(PHONE);
  await ada.page.getByRole('button', { name: /^Class/ }).click();
  await ada.page.getByRole('tab', { name: 'Chat' }).waitFor();
  expect(await ada.page.locator('figure').count()).toBeGreaterThan(0);
  await expect.poll(() => ada.page.locator('figure').getByRole('button').count()).toBe(0);
});

function isInSight(target: Locator): Promise<boolean> {
  return target.evaluate((node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return top >= 0 && bottom <= innerHeight && node.contains(hit);
  });
}

/** Buttons on the stage that take a tap and cannot be seen. */
function faintButtons(page: Page): Promise<(string | null)[]> {
  return page
    .locator('section.stage button:visible')
    .evaluateAll((buttons) =>
      buttons
        .filter((button) => !button.checkVisibility({ opacityProperty: true }))
        .map((button) => button.getAttribute('aria-label')),
    );
}

/** Answers as a browser does whose person clicked on Block. */
function refuseDevices(page: Page): Promise<void> {
  return page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
  });
}

/** Tiles that leave the stage or lie on another one. */
function picturesOutOfPlace(page: Page): Promise<string[]> {
  return page.locator('section.stage').evaluate((stage) => {
    const room = stage.getBoundingClientRect();
    const tiles = [...stage.querySelectorAll('figure')].map((tile) => ({
      name: tile.textContent.trim(),
      box: tile.getBoundingClientRect(),
    }));
    return tiles
      .filter(
        ({ box }, at) =>
          box.left < room.left ||
          box.top < room.top ||
          box.right > room.right ||
          box.bottom > room.bottom ||
          tiles.some(
            (other, place) =>
              place !== at &&
              other.box.left < box.right &&
              box.left < other.box.right &&
              other.box.top < box.bottom &&
              box.top < other.box.bottom,
          ),
      )
      .map(({ name }) => name);
  });
}

/** Whether each word of the bar stands at least a focus ring's width before the next button. */
function gapsOfBar(page: Page): Promise<boolean[]> {
  return page.locator('footer.bar .controls').evaluate((bar) => {
    const RING_PX = 4;
    const boxes = [...bar.querySelectorAll('.labelled')].map((button) => {
      const text = button.querySelector('.text')?.getBoundingClientRect();
      const box = button.getBoundingClientRect();
      return { left: Math.min(box.left, text?.left ?? box.left), right: Math.max(box.right, text?.right ?? box.right) };
    });
    return boxes.slice(1).map((box, at) => box.left - (boxes[at]?.right ?? 0) >= RING_PX);
  });
}
