import { loadTestSchema, seatSchema, type LoadTest } from '@lectern/contracts';
import { HttpSession, LightClient, Product } from '@lectern/testbed';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { LoadTestTeacher } from './harness/load-test-teacher.ts';
import { Person } from './harness/person.ts';
import { statsOf } from './harness/probe.ts';
import { until } from './harness/until.ts';

const LOAD_TOKEN = 'a-load-token-of-this-test';
/** Brightness on the screen, 0 to 255, of what the generator’s pictures show: somebody on grey, luma 167 on 128. */
const GREY = 130;
const BRIGHT = 176;
/** Each browser converts luma in its own way. */
const NEAR = 8;

describe('the teacher of a load test, to a browser', () => {
  let product: Product;
  let teacher: LoadTestTeacher;
  let berta: Person;

  beforeAll(async () => {
    [product, berta] = await Promise.all([
      Product.start({ environment: { LECTERN_LOAD_TOKEN: LOAD_TOKEN } }),
      Person.arrive('Berta'),
    ]);
    teacher = await LoadTestTeacher.start(product.url, LOAD_TOKEN, { ptimeMs: 60, videoKbps: 600 });
    await berta.join({ url: product.url, joinCode: teacher.planned.joinCode });
  });
  afterAll(async () => {
    await berta.close();
    await teacher.stop();
    await product.stop();
  });

  const received = async (kind: 'audio' | 'video') => {
    const [stream = {}] = (await statsOf(berta.page, 'inbound-rtp')).filter((entry) => entry['kind'] === kind);
    return (figure: string): number => Number(stream[figure] ?? 0);
  };

  it('shows a picture of the largest size that stays as it is, without asking for it again and again', async () => {
    await berta.sees('Load test');
    const video = berta.picture('Load test');
    const widthPx = () => video.evaluate((node: HTMLVideoElement) => node.videoWidth);
    await until('the largest picture', widthPx, (px) => px === 1280);
    const decoded = async () => (await received('video'))('framesDecoded');
    const before = await received('video');
    await until('a hundred more pictures', decoded, (frames) => frames >= before('framesDecoded') + 100);
    const after = await received('video');
    expect(after('frameHeight')).toBe(720);
    // Whoever cannot decode asks about once a second, and gets one: three and more in a hundred. One may be what a busy machine is late for.
    for (const figure of ['keyFramesDecoded', 'pliCount'])
      expect(after(figure) - before(figure), figure).toBeLessThan(3);

    const [corner, head, shoulders] = await video.evaluate((node: HTMLVideoElement) => {
      const canvas = node.ownerDocument.createElement('canvas');
      canvas.width = node.videoWidth;
      canvas.height = node.videoHeight;
      const context = canvas.getContext('2d');
      context?.drawImage(node, 0, 0);
      const at = (x: number, y: number) =>
        context?.getImageData(x * canvas.width, y * canvas.height, 1, 1).data[1] ?? 0;
      return [at(0.05, 0.05), at(0.5, 0.4), at(0.5, 0.95)];
    });
    for (const [shown, meant] of [
      [corner, GREY],
      [head, BRIGHT],
      [shoulders, BRIGHT],
    ] as const) {
      expect(Math.abs(shown - meant)).toBeLessThan(NEAR);
    }
  });

  it('is heard to speak, with the pauses of speech', async () => {
    await berta.hears();
    const level = async () => (await received('audio'))('audioLevel');
    await until('a loud moment', level, (now) => now > 0.1);
    await until('a pause', level, (now) => now < 0.01);
    await until('speech after it', level, (now) => now > 0.1);
    const stream = await received('audio');
    expect(stream('concealedSamples')).toBeLessThan(stream('totalSamplesReceived') / 2);
  });
});

describe('the class of a load test, to a person in it', () => {
  /** Each holds the one place on the way in for the four seconds that a page has which opens no media. */
  const AHEAD = 4;
  const WIDE = { width: 1280, height: 800 };
  const PHONE = { width: 360, height: 740 };
  const closers: (() => void | Promise<void>)[] = [];
  let url: string;
  let carl: Person;

  beforeAll(async () => {
    const environment = { LECTERN_LOAD_TOKEN: LOAD_TOKEN, LECTERN_ADMISSIONS_AT_ONCE: '1' };
    const [product, person] = await Promise.all([Product.start({ environment }), Person.arrive('Carl')]);
    closers.push(
      () => product.stop(),
      () => person.close(),
    );
    ({ url } = product);
    carl = person;
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function operate(method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${LOAD_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response.status === 204 ? null : response.json();
  }
  const plan = async (): Promise<LoadTest> =>
    loadTestSchema.parse(await operate('POST', '/api/load-tests', { participants: 10, minutes: 10 }));

  /** Somebody in class without a browser. */
  async function light(seat: LoadTest['instructor']): Promise<LightClient> {
    const client = await LightClient.connect(url, seat);
    closers.push(() => {
      client.close();
    });
    return client;
  }

  const mark = (within: string): Locator => carl.page.locator(`${within} .tag`, { hasText: /^Load test$/ });

  it('says that it is one wherever a student comes', async () => {
    const planned = await plan();
    const staff = await light(planned.instructor);
    await carl.page.goto(`${url}/c/${planned.joinCode}`);
    await mark('main').waitFor();
    await carl.join({ url, joinCode: planned.joinCode });
    await carl.page.getByText('You are here unseen and unheard.').waitFor();
    await mark('main').waitFor();

    await staff.request('start-class', {});
    await mark('footer.bar').waitFor();
    await carl.page.setViewportSize(PHONE);
    await mark('header.top').waitFor();
    await carl.page.setViewportSize(WIDE);
  });

  it('says so to a student who waits at the door', async () => {
    const planned = await plan();
    await (await light(planned.instructor)).request('start-class', {});
    await carl.page.goto(`${url}/c/${planned.joinCode}`);
    await carl.page.getByLabel('Your name').fill('Carl');
    for (let index = 0; index < AHEAD; index += 1) {
      const http = new HttpSession(url);
      const seat = await http.request('POST', `/api/join/${planned.joinCode}`, seatSchema, {
        name: `A${String(index)}`,
      });
      void light(seat);
    }
    await carl.press('Join');
    await carl.page.getByRole('heading', { name: 'Many people are coming in right now' }).waitFor();
    await mark('main').waitFor();
    expect(await accessibilityProblems(carl.page)).toEqual([]);
    await carl.button('Raise your hand').waitFor();
  });

  it('says so to staff above the stage, and to whoever was inside when it is over', async () => {
    const planned = await plan();
    await carl.page.goto(url);
    await carl.page.evaluate((seat) => {
      localStorage.setItem(`lectern.seat.${seat.classId}`, JSON.stringify(seat));
    }, planned.instructor);
    await carl.page.goto(`${url}/class/${planned.classId}`);
    await carl.press('Start the class');
    await mark('header.line').waitFor();
    await operate('DELETE', `/api/load-tests/${planned.classId}`);
    await carl.page.getByRole('heading', { name: 'The class has ended' }).waitFor();
    await mark('main').waitFor();
  });
});
