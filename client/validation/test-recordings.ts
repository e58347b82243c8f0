import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../lab/chromium.ts';
import { sharedFile } from '../lab/lab-files.ts';
import { buildWorker } from '../src/attention/build/build-worker.ts';
import type { TestVideo } from './measure/test-videos-page.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const VIDEOS_PAGE = fileURLToPath(new URL('measure/test-videos-page.ts', import.meta.url));

/** Makes videos of a person's photograph in Chromium. */
export async function makeVideos(videos: readonly Omit<TestVideo, 'picture'>[]): Promise<Buffer[]> {
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
    return made;
  } finally {
    await browser.close();
  }
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
