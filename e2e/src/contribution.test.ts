import { WINDOW_MS } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import { clips } from './harness/clips.ts';
import {
  askToTakePart,
  datagrams,
  sayYes,
  scoreOf,
  stopTakingPart,
  takePart,
  untilDatagram,
} from './harness/contributor.ts';
import type { Person } from './harness/person.ts';
import { dataMessages, liveTracks, peerReports } from './harness/probe.ts';
import { until } from './harness/until.ts';

const HIGH = 0.6;
const LOW = 0.4;

let classroom: Classroom;
let cameras: Awaited<ReturnType<typeof clips>>;
let facing: Person;

const high = (score: number | null): boolean => score !== null && score > HIGH;
const low = (score: number | null): boolean => score !== null && score < LOW;

beforeAll(async () => {
  cameras = await clips();
  classroom = await Classroom.build();
  const ada = await classroom.instructor();
  await ada.press('Start the class');
  await ada.page.getByText('Live', { exact: true }).first().waitFor();
});

afterAll(() => classroom.close());

describe('a student whose camera shows a rendered person', () => {
  it('facing the screen: nothing loads before the permission; the score is high; it is stored', async () => {
    facing = await classroom.visitor('Facing', { camera: cameras.facing });
    const measuring = measuringFilesOf(facing);
    await facing.join(classroom);
    await facing.button('Take part').waitFor();
    await facing.page.waitForLoadState('networkidle');
    expect(measuring).toEqual([]);
    expect(await liveTracks(facing.page)).toBe(0);

    const question = await askToTakePart(facing);
    expect(measuring).toEqual([]);
    await sayYes(facing, question);
    expect(measuring.length).toBeGreaterThan(0);
    await untilDatagram(facing, 'a high score', (newest) => high(scoreOf(newest)));
    await facing.press('My privacy');
    await facing.page.getByText('stored', { exact: true }).first().waitFor();
    await facing.press('My privacy');
  });

  it('away and dark: low; no score, and why there is none is for the student alone to read', async () => {
    const [away, dark] = await Promise.all([
      classroom.student('Away', { camera: cameras.away }),
      classroom.student('Dark', { camera: cameras.dark }),
    ]);
    await Promise.all([takePart(away), takePart(dark)]);
    await dark.press('My privacy');
    const own = dark.page.getByText('Why, for you alone: too dark. The reason stays on this device').first();
    await Promise.all([
      untilDatagram(away, 'a low score', (newest) => low(scoreOf(newest))),
      own.waitFor({ timeout: 45_000 }),
    ]);
    const said = (await dataMessages(dark.page)).map((hex) => [hex.slice(0, 8), hex.slice(16, 20)]);
    expect(said.at(-1)).toEqual(['01000100', '0000']);
    expect(new Set(said.map(String)).size).toBe(1);
    expect((await datagrams(away)).some((datagram) => datagram !== null && high(scoreOf(datagram)))).toBe(false);
    expect((await datagrams(dark)).some((datagram) => datagram?.outcome.kind === 'score')).toBe(false);
    await Promise.all([away.close(), dark.close()]);
  });

  it('gone from the chair: low once the chair is empty', async () => {
    const gone = await classroom.student('Gone', { camera: cameras.gone });
    await takePart(gone);
    await untilDatagram(gone, 'a low score', (newest) => low(scoreOf(newest)));
    await gone.close();
  });
});

describe('one student on two pages', () => {
  it('measures on one of them at most: the page that is taken over ends camera, worker and channel', async () => {
    const twice = await classroom.student('Twice', { camera: cameras.facing });
    await takePart(twice);
    await untilDatagram(twice, 'a first datagram', () => true);
    const other = await twice.browser.context.newPage();
    await other.goto(twice.page.url());
    await other.getByRole('button', { name: 'Use it here' }).click();
    await twice.page.getByText('You are in this class in another tab or on another device').waitFor();
    await until(
      'the first page’s end of camera and worker',
      async () => [await liveTracks(twice.page), twice.page.workers().length],
      ([tracks, workers]) => tracks === 0 && workers === 0,
      WINDOW_MS,
    );
    const sent = (await dataMessages(twice.page)).length;
    // The Yes stands, but a camera goes on by a click alone, on this page too.
    expect([await liveTracks(other), other.workers().length]).toEqual([0, 0]);
    await other.waitForFunction(
      (untilMs) => performance.now() > untilMs,
      await other.evaluate((ms) => performance.now() + ms, WINDOW_MS + 1000),
    );
    expect(await dataMessages(twice.page)).toHaveLength(sent);
    expect(await dataMessages(other)).toEqual([]);
    await twice.close();
  });
});

describe('taking the permission back', () => {
  it('ends camera, worker and channel within one window', async () => {
    await stopTakingPart(facing);
    const switchedMs = performance.now();
    await facing.page.getByText('Stopped. No number leaves').first().waitFor();
    await until(
      'the camera’s light',
      () => liveTracks(facing.page),
      (live) => live === 0,
      WINDOW_MS,
    );
    await until(
      'the channel’s end',
      () => peerReports(facing.page),
      (reports) => reports.every(({ purpose }) => purpose === 'receive'),
      WINDOW_MS,
    );
    await until(
      'the worker’s end',
      () => Promise.resolve(facing.page.workers().length),
      (workers) => workers === 0,
      WINDOW_MS,
    );
    expect(performance.now() - switchedMs).toBeLessThan(WINDOW_MS);

    const before = (await dataMessages(facing.page)).length;
    await facing.page.waitForFunction(
      (untilMs) => performance.now() > untilMs,
      (await pageMs(facing)) + WINDOW_MS + 1000,
    );
    expect(await dataMessages(facing.page)).toHaveLength(before);
    await facing.page.getByText('Camera off', { exact: true }).first().waitFor();
  });
});

/**
 * The paths of the files for measuring that somebody's browser asks for from now on. The manifest, which says how large they are,
 * is not among them: the size is shown before the question.
 */
function measuringFilesOf(person: Person): string[] {
  const paths: string[] = [];
  person.browser.context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/attention/') && pathname !== '/attention/manifest.json') paths.push(pathname);
  });
  return paths;
}

function pageMs(person: Person): Promise<number> {
  return person.page.evaluate(() => performance.now());
}
