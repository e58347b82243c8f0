import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../lab/chromium.ts';
import { sharedFile } from '../lab/lab-files.ts';
import { buildWorker } from '../src/attention/build/build-worker.ts';
import type { TestVideo } from './measure/test-videos-page.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const VIDEOS_PAGE = fileURLToPath(new URL('measure/test-videos-page.ts', import.meta.url));

/** A person's photograph, and what Chromium makes of it. */
export interface TestRecordings {
  readonly picture: Buffer;
  /** Stored a quarter turn to the left, with EXIF data that say so. */
  readonly turnedJpeg: Buffer;
  readonly videos: readonly Buffer[];
}

export async function makeRecordings(videos: readonly Omit<TestVideo, 'picture'>[]): Promise<TestRecordings> {
  const script = await buildWorker(VIDEOS_PAGE);
  const picture = await readFile(sharedFile('media', 'astronaut.png'));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.route('http://localhost/**', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/page.js') return route.fulfill({ contentType: 'text/javascript', body: script });
      if (pathname === '/picture') return route.fulfill({ contentType: 'image/png', body: picture });
      return route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/page.js"></script>' });
    });
    await page.goto('http://localhost/');
    const made: Buffer[] = [];
    for (const video of videos) {
      const base64 = await page.evaluate((options) => window.makeVideo(options), { ...video, picture: '/picture' });
      made.push(Buffer.from(base64, 'base64'));
    }
    const turned = await page.evaluate(() => window.makeTurnedJpeg('/picture'));
    return { picture, turnedJpeg: withOrientation(Buffer.from(turned, 'base64'), 6), videos: made };
  } finally {
    await browser.close();
  }
}

/** Puts EXIF data with nothing but an orientation behind a JPEG's first marker; 6 means: turn it to the right to show it. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('4d4d002a000000080001011200030000000100000000' + '00000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a validator does, in a folder. */
export function attention(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
