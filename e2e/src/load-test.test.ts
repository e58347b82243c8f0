import { Product } from '@lectern/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
