import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  type Benchmark,
  type Figure,
  type Goal,
  joinAsInstructor,
  PersonalBrowser,
  privateMemoryMb,
  Product,
  School,
} from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { makeCamera } from '../camera.ts';
import { type Heap, HeapProbe } from '../heap-probe.ts';
import { hearLooks, type Looks, looksBetween, rateInWords } from '../looks.ts';
import { slopeOf, twoSided95 } from '../slope.ts';
import { enterAsGuest, teachWithCamera } from '../teaching.ts';

const CLIPS = resolve(import.meta.dirname, '../../../client/lab/make-clips.ts');
const WORKER = 'measuring';
/** Share of the time that is left out: code is compiled and caches fill. */
const WARM_UP_SHARE = 1 / 12;
const SAMPLES = 60;
/** Stretches with measuring, and as many without, in turn. */
const PAIRS = 6;
const STRETCH_SHARE = 1 / 30;

const PAGE_HEAP: Goal = { name: 'growth of the page’s heap', unit: 'MB/h', goal: 2 };
const WORKER_HEAP: Goal = { name: 'growth of the worker’s heap', unit: 'MB/h', goal: 2 };
/** One picture of the camera that is kept each minute would be 72 MB in an hour. No heap shows what the browser itself keeps. */
const BROWSER_MEMORY: Goal = { name: 'growth of the browser’s memory', unit: 'MB/h', goal: 30 };
const DROPPED: Goal = { name: 'stage frames dropped more while measuring', unit: 'points', goal: 0.5 };

/** One who measures, and what is heard of it. */
interface Student {
  readonly browser: PersonalBrowser;
  readonly page: Page;
  readonly looks: () => Promise<Looks>;
}

/**
 * A student measures for an hour in a class with a camera on stage: heaps of page and worker, collected first, and the browser's memory,
 * once a minute. Then stretches of two minutes with measuring and without, in turn: which share of the stage's frames the browser dropped.
 * `BENCH_ATTENTION_MINUTES` sets the hour's minutes; what follows shrinks with them.
 */
export const attentionHour: Benchmark = {
  name: 'attention-hour',
  about: 'an hour of measuring in class: growth of heaps and memory, dropped stage frames with and without',
  whenNamed: '85 minutes',
  goals: [PAGE_HEAP, WORKER_HEAP, BROWSER_MEMORY, DROPPED],
  async run(log) {
    const minutes = minutesFrom(process.env['BENCH_ATTENTION_MINUTES'] ?? '60');
    const face = (JSON.parse((await promisify(execFile)(process.execPath, [CLIPS])).stdout) as { facing: string })
      .facing;
    const stripes = await makeCamera();
    const product = await Product.start();
    const teaching = await PersonalBrowser.launch({ camera: stripes.path });
    // How pressed the measuring machine is shall not decide how often is measured.
    const learning = await PersonalBrowser.launch({ camera: face, flags: ['--disable-features=ComputePressure'] });
    try {
      const school = await School.found(product);
      const planned = await school.planClass();
      await teachWithCamera(await joinAsInstructor(teaching, product, school, planned));
      const page = await learning.page();
      const student = { browser: learning, page, looks: await hearLooks(page) };
      await page.goto(`${product.url}/c/${planned.joinCode}`);
      await enterAsGuest(page, 'Grace Hopper');
      await page.locator('video').first().waitFor();
      const restingMb = await memoryMb(learning);
      await takePart(page);
      const grown = await growth(student, { minutes, restingMb }, log);
      return [...grown, await droppedMore(student, minutes, log)];
    } finally {
      await Promise.all([teaching.close(), learning.close()]);
      await product.stop();
      await stripes.remove();
    }
  },
};

function minutesFrom(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new Error(`BENCH_ATTENTION_MINUTES="${text}": write minutes, as in 60`);
  return minutes;
}

/** Megabytes at hours since the first. */
type Points = [atHours: number, mb: number][];

async function growth(
  { browser, page, looks }: Student,
  { minutes, restingMb }: { readonly minutes: number; readonly restingMb: number },
  log: (line: string) => void,
): Promise<Figure[]> {
  const probe = await HeapProbe.open(page);
  const looksBefore = await looks();
  const startedMs = performance.now();
  const hours = (): number => (performance.now() - startedMs) / 3_600_000;
  const [pageHeap, workerHeap, memory]: [Points, Points, Points] = [[], [], []];
  for (let sample = 0; sample <= SAMPLES; sample += 1) {
    const [ofPage, ofWorker] = [await probe.page(), await probe.worker(WORKER)];
    pageHeap.push([hours(), ofPage.objectsMb + ofPage.buffersMb]);
    workerHeap.push([hours(), ofWorker.objectsMb + ofWorker.buffersMb]);
    const allMb = await memoryMb(browser);
    memory.push([hours(), allMb]);
    if (sample % 10 === 0) {
      const at = `minute ${(hours() * 60).toFixed(1)}`;
      log(`${at}: page ${inWords(ofPage)}, worker ${inWords(ofWorker)}, browser ${allMb.toFixed(0)} MB`);
    }
    if (sample < SAMPLES) await delay((minutes * 60_000) / SAMPLES);
  }
  const rate = rateInWords(looksBetween(looksBefore, await looks()));
  const figure = (goal: Goal, points: Points, more = ''): Figure => {
    const settled = points.filter(([atHours]) => atHours * 60 >= minutes * WARM_UP_SHARE);
    const { value, marginOfError } = slopeOf(settled);
    const [first = 0, last = 0] = [settled[0]?.[1], settled.at(-1)?.[1]];
    const note = `± ${marginOfError.toFixed(2)} (95 %), from ${first.toFixed(1)} to ${last.toFixed(1)} MB${more} in ${String(minutes)} minutes, ${rate}`;
    return { ...goal, value, note };
  };
  const resting = `, ${restingMb.toFixed(1)} before measuring,`;
  return [figure(PAGE_HEAP, pageHeap), figure(WORKER_HEAP, workerHeap), figure(BROWSER_MEMORY, memory, resting)];
}

/** What the browser's pages and its process that draws have in memory that no other process shares, in MB. */
async function memoryMb(browser: PersonalBrowser): Promise<number> {
  const drawing = (await browser.processes()).filter(({ command }) => /--type=(renderer|gpu-process)\b/.test(command));
  return (await Promise.all(drawing.map(({ pid }) => privateMemoryMb(pid)))).reduce((sum, mb) => sum + mb, 0);
}

function inWords({ objectsMb, buffersMb }: Heap): string {
  return `${objectsMb.toFixed(1)} MB and ${buffersMb.toFixed(1)} MB of buffers`;
}

async function droppedMore({ page, looks }: Student, minutes: number, log: (line: string) => void): Promise<Figure> {
  const differences: number[] = [];
  const shares = { with: 0, without: 0 };
  const looksBefore = await looks();
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const measuring = await droppedShare(page, minutes);
    await stopTakingPart(page);
    const resting = await droppedShare(page, minutes);
    await takePartAgain(page);
    log(`dropped: ${(measuring * 100).toFixed(2)} % while measuring, ${(resting * 100).toFixed(2)} % without`);
    differences.push((measuring - resting) * 100);
    shares.with += (measuring * 100) / PAIRS;
    shares.without += (resting * 100) / PAIRS;
  }
  const mean = differences.reduce((sum, each) => sum + each, 0) / PAIRS;
  const spread = Math.sqrt(differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (PAIRS - 1));
  const margin = (twoSided95(PAIRS - 1) * spread) / Math.sqrt(PAIRS);
  const note = `± ${margin.toFixed(2)} (95 %); ${shares.with.toFixed(2)} % with, ${shares.without.toFixed(2)} % without, ${String(PAIRS)} stretches each, ${rateInWords(looksBetween(looksBefore, await looks()))}`;
  return { ...DROPPED, value: mean, note };
}

/** Of the stage's frames that arrive during one stretch, the share that the browser did not show. */
async function droppedShare(page: Page, minutes: number): Promise<number> {
  const before = await shownFrames(page);
  await delay(minutes * STRETCH_SHARE * 60_000);
  const after = await shownFrames(page);
  return (after.dropped - before.dropped) / (after.total - before.total);
}

function shownFrames(page: Page): Promise<{ total: number; dropped: number }> {
  return page.evaluate(() => {
    const qualities = [...document.querySelectorAll('video')].map((video) => video.getVideoPlaybackQuality());
    return {
      total: qualities.reduce((sum, { totalVideoFrames }) => sum + totalVideoFrames, 0),
      dropped: qualities.reduce((sum, { droppedVideoFrames }) => sum + droppedVideoFrames, 0),
    };
  });
}

async function takePart(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take part' }).click();
  await sayYes(page);
}

async function takePartAgain(page: Page): Promise<void> {
  await underMyPrivacy(page, () => sayYes(page));
}

async function stopTakingPart(page: Page): Promise<void> {
  await underMyPrivacy(page, () =>
    page.getByText('Stopped. No number leaves').filter({ visible: true }).first().waitFor(),
  );
}

/** Flips the switch of the contribution, the panel closed before and after. */
async function underMyPrivacy(page: Page, andThen: () => Promise<void>): Promise<void> {
  const panel = page.getByRole('button', { name: 'My privacy' }).first();
  await panel.click();
  await page.getByRole('switch', { name: 'Help your teacher read the room' }).click();
  await andThen();
  await panel.click();
}

async function sayYes(page: Page): Promise<void> {
  const question = page.getByRole('dialog');
  await question.getByLabel('Preview of your camera').waitFor();
  await question.getByRole('button', { name: 'Take part', exact: true }).click();
  await page.getByText('Taking part', { exact: true }).filter({ visible: true }).first().waitFor({ timeout: 120_000 });
}
