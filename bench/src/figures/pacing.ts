import {
  type Benchmark,
  Crowd,
  joinAsInstructor,
  percentile,
  PersonalBrowser,
  Product,
  School,
} from '@lectern/testbed';
import type { Page } from 'playwright-core';

const ON_SCREEN = { name: "end of a window to the instructor's screen p95", unit: 's', goal: 1.5 };
const WINDOWS = 24;
/** In each window one more abstains, so that each line on the screen is that window's and no other's. */
const STUDENTS = 200 + WINDOWS;
const SCORE = 0.8;
const GIVE_UP_AFTER_MS = 15_000;

/** From the end of a window on the class clock to the instructor's screen, 200 and more contributing. */
export const pacing: Benchmark = {
  name: 'pacing',
  about: `end of a window to the instructor's screen, ${String(STUDENTS)} light clients contributing`,
  goals: [ON_SCREEN],
  async run(log) {
    const product = await Product.start();
    const browser = await PersonalBrowser.launch();
    let crowd: Crowd | null = null;
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      const page = await joinAsInstructor(browser, product, school, planned);
      await page.getByRole('button', { name: 'Start the class' }).click();
      await page.getByText('Live', { exact: true }).first().waitFor();
      crowd = await Crowd.gather(product.url, school, planned, STUDENTS);
      const lateMs = await measure(page, crowd, log);
      return [
        {
          ...ON_SCREEN,
          value: percentile(lateMs, 0.95) / 1000,
          note: `${String(WINDOWS)} windows, ${String(STUDENTS)} clients, p50 ${(percentile(lateMs, 0.5) / 1000).toFixed(2)} s`,
        },
      ];
    } finally {
      crowd?.close();
      await browser.close();
      await product.stop();
    }
  },
};

async function measure(page: Page, crowd: Crowd, log: (line: string) => void): Promise<number[]> {
  // Not everybody was there when the window that runs now began; it goes the whole way once, unmeasured.
  crowd.send((await crowd.windowEnd()).window, { score: SCORE });
  const lateMs: number[] = [];
  for (let round = 1; round <= WINDOWS; round += 1) {
    const { window, endedAtMs } = await crowd.windowEnd();
    const line = `measured ${String(STUDENTS - round)} · unclear ${String(round)}`;
    const shown = shownAt(page, line);
    crowd.send(window, { score: SCORE, unclear: round });
    const late = (await shown) - endedAtMs;
    lateMs.push(late);
    log(`window ${String(window)}: ${late.toFixed(0)} ms`);
  }
  return lateMs;
}

/** The wall clock (ms) at the first picture after which the pacing view says `line`. Rejects when it never does. */
function shownAt(page: Page, line: string): Promise<number> {
  return page.evaluate(
    ([wanted, limitMs]) =>
      new Promise<number>((resolve, reject) => {
        const region = document.querySelector('[aria-label="Pacing"]') ?? document.body;
        const observer = new MutationObserver(() => {
          if (!region.textContent.includes(wanted)) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            resolve(Date.now());
          });
        });
        observer.observe(region, { subtree: true, childList: true, characterData: true });
        setTimeout(() => {
          observer.disconnect();
          reject(new Error(`the pacing view did not say "${wanted}"`));
        }, limitMs);
      }),
    [line, GIVE_UP_AFTER_MS] as const,
  );
}
