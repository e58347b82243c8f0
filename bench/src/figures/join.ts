import type { ClassDetail } from '@lectern/contracts';
import { LightClient, PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import type { Benchmark, Figure } from '../figure.ts';
import { percentile } from '../percentile.ts';
import { enterAsInstructor } from '../teaching.ts';

const JOINS = 20;
const PAUSE_MS = 3_000;
const CROWD = 19;
const CROWD_ROUNDS = 3;

/** From the click on Join, the page loaded, to the first frame of the stage that Chromium decoded. */
export const join: Benchmark = {
  name: 'join',
  about: 'click on Join to the first decoded stage frame, alone and in a crowd',
  async run(log) {
    const product = await Product.start();
    const [teaching, learning] = [await PersonalBrowser.launch(), await PersonalBrowser.launch()];
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      await teachWithCamera(await enterAsInstructor(teaching, product, school, planned));
      const page = await learning.page();
      const alone: number[] = [];
      for (let round = 0; round < JOINS; round += 1) {
        alone.push(await timeJoin(page, product, planned, log));
        await page.waitForTimeout(PAUSE_MS);
      }
      const inCrowd: number[] = [];
      for (let round = 0; round < CROWD_ROUNDS; round += 1)
        inCrowd.push(await joinInCrowd(page, product, school, planned, log));
      return [
        figure(
          'join to first frame, p95 of 20',
          percentile(alone, 0.95),
          1.5,
          `p50 ${percentile(alone, 0.5).toFixed(2)} s`,
        ),
        figure(
          'join to first frame among 19 others',
          Math.max(...inCrowd),
          2.5,
          `worst of ${String(CROWD_ROUNDS)}, 19 clients joining at once`,
        ),
      ];
    } finally {
      await Promise.all([teaching.close(), learning.close()]);
      await product.stop();
    }
  },
};

function figure(name: string, value: number, goal: number, note: string): Figure {
  return { name, value, unit: 's', goal, note };
}

async function teachWithCamera(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Turn on camera and microphone' }).click();
  await page.getByLabel('Preview of your camera').waitFor();
  await page.getByRole('button', { name: 'Start the class' }).click();
  await page.locator('video').first().waitFor();
}

/** Seconds from the click to the first decoded frame. Each join is that of a new guest. */
async function timeJoin(
  page: Page,
  product: Product,
  planned: ClassDetail,
  log: (line: string) => void,
): Promise<number> {
  await openJoinPage(page, product, planned);
  return clickAndTime(page, log);
}

async function openJoinPage(page: Page, product: Product, planned: ClassDetail): Promise<void> {
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper');
}

async function clickAndTime(page: Page, log: (line: string) => void): Promise<number> {
  const firstFrame = page.evaluate(
    () =>
      new Promise<{ ms: number; width: number; height: number }>((resolve) => {
        const watch = (): void => {
          const clickedAt = performance.now();
          const look = (): void => {
            const video = document.querySelector('video');
            if (video === null) requestAnimationFrame(look);
            else
              video.requestVideoFrameCallback((_, { width, height }) => {
                resolve({ ms: performance.now() - clickedAt, width, height });
              });
          };
          look();
        };
        document.addEventListener('click', watch, { capture: true, once: true });
      }),
  );
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  const { ms, width, height } = await firstFrame;
  log(`${(ms / 1000).toFixed(2)} s (${String(width)}x${String(height)})`);
  return ms / 1000;
}

async function joinInCrowd(
  page: Page,
  product: Product,
  school: School,
  planned: ClassDetail,
  log: (line: string) => void,
): Promise<number> {
  await openJoinPage(page, product, planned);
  const seats = await Promise.all(
    Array.from({ length: CROWD }, (_, index) => school.sitDown(planned, `Student ${String(index)}`)),
  );
  const clients: LightClient[] = [];
  const others = seats.map(async (seat) => {
    const client = await LightClient.connect(product.url, seat);
    clients.push(client);
    await client.receive();
  });
  try {
    const [seconds] = await Promise.all([clickAndTime(page, log), ...others]);
    return seconds;
  } finally {
    for (const client of clients) client.close();
  }
}
