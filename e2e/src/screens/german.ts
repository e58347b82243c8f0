import { signIn, type ChromiumOptions, type PersonalBrowser, type Product } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import { fillCourse } from './pages.ts';
import type { Studio } from './studio.ts';

const WIDTHS = [360, 1280];
const PAGE = { widths: WIDTHS } as const;
const WINDOW = { widths: WIDTHS, wholePage: false } as const;

/** The main screens in the language with the longer words. */
export async function shootGerman(studio: Studio, classroom: Classroom, look: ChromiumOptions): Promise<void> {
  const ada = await classroom.instructor(look);
  await speakGerman(ada.page);
  await studio.shoot('german-lobby-instructor', ada.page, PAGE);
  await shootPages(studio, classroom, await classroom.visitor('Hypatia', look));
  const grace = await classroom.student('Grace Hopper', look);
  await speakGerman(grace.page);
  await studio.shoot('german-lobby-student', grace.page, PAGE);
  await ada.press('Stunde starten');
  await ada.press('Kamera: einschalten');
  await shootStudent(studio, grace);
  await shootInstructor(studio, ada, grace);
}

/** Before anybody has an account. */
export async function shootGermanSetUp(studio: Studio, product: Product, browser: PersonalBrowser): Promise<void> {
  const page = await browser.page();
  await page.goto(product.setUpUrl);
  await speakGerman(page);
  await studio.shoot('german-set-up', page, PAGE);
}

/** Chooses the language as the page does, and loads it anew. */
export async function speakGerman(page: Page): Promise<void> {
  await page.evaluate(() => {
    localStorage.setItem('lectern.language', 'de');
  });
  await page.reload();
  await page.locator('html[lang=de]').waitFor();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

async function shootPages(studio: Studio, { product, school, joinCode }: Classroom, guest: Person): Promise<void> {
  const { page } = guest;
  await page.goto(`${product.url}/c/${joinCode}`);
  await speakGerman(page);
  await studio.shoot('german-join', page, PAGE);
  await signIn(guest.browser, product.url, school.instructor);
  await fillCourse(product.url, school);
  for (const [name, path] of [
    ['home', '/'],
    ['course', `/course/${school.courseId}`],
    ['account', '/account'],
    ['operator', '/operator'],
  ] as const) {
    await page.goto(`${product.url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await studio.shoot(`german-${name}`, page, PAGE);
  }
  await guest.close();
}

async function shootStudent(studio: Studio, grace: Person): Promise<void> {
  await grace.button('Mitmachen').waitFor();
  await grace.sees('Ada Lovelace');
  await studio.shoot('german-student', grace.page, WINDOW);
  await grace.press('Zeigen, was meine Lehrperson sieht');
  await studio.shoot('german-student-sample', grace.page, WINDOW);
  await grace.page.keyboard.press('Escape');
  await grace.press('Mitmachen');
  await grace.page.getByLabel('Vorschau Ihrer Kamera').waitFor();
  await studio.shoot('german-student-question', grace.page, WINDOW);
  await grace.page.keyboard.press('Escape');
  await grace.press('Nein danke');
  await grace.press('Meine Privatsphäre');
  await studio.shoot('german-student-privacy', grace.page, WINDOW);
  await grace.press('Meine Privatsphäre');
  await grace.press('Sich melden');
}

async function shootInstructor(studio: Studio, ada: Person, grace: Person): Promise<void> {
  await ada.tab(/^Meldungen/);
  await ada.press('Grace Hopper auf die Bühne einladen');
  await studio.shoot('german-instructor', ada.page, WINDOW);
  await grace.button('Geräte prüfen').waitFor();
  await studio.shoot('german-student-invited', grace.page, WINDOW);
  await grace.press('Geräte prüfen');
  await grace.page.getByLabel('Vorschau Ihrer Kamera').waitFor();
  await studio.shoot('german-student-preview', grace.page, WINDOW);
  await grace.press('Auf die Bühne');
  await ada.sees('Grace Hopper');
  await studio.shoot('german-student-stage', grace.page, WINDOW);
  await ada.tab(/^Chat/);
  await ada.press('Chat-Einstellungen');
  await studio.shoot('german-chat-settings', ada.page, { widths: [1280], wholePage: false });
  const more = { ...WINDOW, prepare: () => ada.press('Mehr') };
  await studio.shoot('german-menu-more', ada.page, more);
}
