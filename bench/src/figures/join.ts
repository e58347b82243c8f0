import type { ClassDetail } from '@lectern/contracts';
import {
  type Benchmark,
  joinAsInstructor,
  LightClient,
  percentile,
  PersonalBrowser,
  Product,
  School,
} from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { CAMERA, makeCamera } from '../camera.ts';
import { teachWithCamera } from '../teaching.ts';
import { within } from '../time-limit.ts';

const SIZE = `${String(CAMERA.width)}x${String(CAMERA.height)}`;
const ALONE = { name: 'join to first frame, p95 of 20', unit: 's', goal: 1.5 };
const IN_CROWD = { name: 'join to first frame among 19 others', unit: 's', goal: 2.5 };
const JOINS = 20;
const PAUSE_MS = 3_000;
const CROWD = 19;
const CROWD_ROUNDS = 3;
const LIMIT_MS = 30_000;

/** One join, in seconds from the click. */
interface Join {
  /** To the first decoded frame, whatever its size. */
  readonly first: number;
  /** To the first decoded frame as large as the camera's picture. */
  readonly full: number;
}

/** From the click on Join, the page loaded, to the first frame of the stage that Chromium decoded in the camera's size. */
export const join: Benchmark = {
  name: 'join',
  about: `click on Join to the first decoded stage frame of ${SIZE}, alone and in a crowd`,
  goals: [ALONE, IN_CROWD],
  async run(log) {
    const camera = await makeCamera();
    const product = await Product.start();
    const teaching = await PersonalBrowser.launch({ camera: camera.path });
    const learning = await PersonalBrowser.launch();
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      await teachWithCamera(await joinAsInstructor(teaching, product, school, planned));
      const page = await learning.page();
      const alone: Join[] = [];
      for (let round = 0; round < JOINS; round += 1) {
        await openJoinPage(page, product, planned);
        alone.push(await clickAndTime(page, log));
        await page.waitForTimeout(PAUSE_MS);
      }
      const inCrowd: Join[] = [];
      for (let round = 0; round < CROWD_ROUNDS; round += 1)
        inCrowd.push(await joinInCrowd(page, product, school, planned, log));
      const full = alone.map((each) => each.full);
      return [
        {
          ...ALONE,
          value: percentile(full, 0.95),
          note: `${SIZE}, p50 ${percentile(full, 0.5).toFixed(2)} s; of any size p95 ${percentile(firsts(alone), 0.95).toFixed(2)} s`,
        },
        {
          ...IN_CROWD,
          value: Math.max(...inCrowd.map((each) => each.full)),
          note: `${SIZE}, worst of ${String(CROWD_ROUNDS)}, 19 clients joining at once; of any size ${Math.max(...firsts(inCrowd)).toFixed(2)} s`,
        },
      ];
    } finally {
      await Promise.all([teaching.close(), learning.close()]);
      await product.stop();
      await camera.remove();
    }
  },
};

function firsts(joins: readonly Join[]): number[] {
  return joins.map(({ first }) => first);
}

/** The join page as a new guest finds it. */
async function openJoinPage(page: Page, product: Product, planned: ClassDetail): Promise<void> {
  await page.goto(`${product.url}/c/${planned.joinCode}`);
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper');
}

async function clickAndTime(page: Page, log: (line: string) => void): Promise<Join> {
  const [{ firstMs, firstSize, fullMs }] = await Promise.all([
    timeFrames(page),
    page.getByRole('button', { name: 'Join', exact: true }).click(),
  ]);
  log(`${(fullMs / 1000).toFixed(2)} s; first ${firstSize} after ${(firstMs / 1000).toFixed(2)} s`);
  return { first: firstMs / 1000, full: fullMs / 1000 };
}

/** Milliseconds from the next click to the decoded frames. Rejects when there is none of the camera's size. */
function timeFrames(page: Page): Promise<{ firstMs: number; firstSize: string; fullMs: number }> {
  return page.evaluate(
    ([width, limitMs]) =>
      new Promise<{ firstMs: number; firstSize: string; fullMs: number }>((resolve, reject) => {
        const watch = (): void => {
          const clickedAt = performance.now();
          let first: { firstMs: number; firstSize: string } | null = null;
          const lookAt = (video: HTMLVideoElement): void => {
            video.requestVideoFrameCallback((_, frame) => {
              const afterMs = performance.now() - clickedAt;
              first ??= { firstMs: afterMs, firstSize: `${String(frame.width)}x${String(frame.height)}` };
              if (frame.width === width) resolve({ ...first, fullMs: afterMs });
              else lookAt(video);
            });
          };
          const look = (): void => {
            const video = document.querySelector('video');
            if (video === null) requestAnimationFrame(look);
            else lookAt(video);
          };
          look();
          setTimeout(() => {
            reject(new Error(`no frame ${String(width)} pixels wide, first ${first?.firstSize ?? 'none'}`));
          }, limitMs);
        };
        document.addEventListener('click', watch, { capture: true, once: true });
      }),
    [CAMERA.width, LIMIT_MS] as const,
  );
}

async function joinInCrowd(
  page: Page,
  product: Product,
  school: School,
  planned: ClassDetail,
  log: (line: string) => void,
): Promise<Join> {
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
    const [joined] = await within('the crowd', LIMIT_MS, Promise.all([clickAndTime(page, log), ...others]));
    return joined;
  } finally {
    for (const client of clients) client.close();
  }
}
