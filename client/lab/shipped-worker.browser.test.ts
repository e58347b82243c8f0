import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../src/attention/build/assemble-assets.ts';
import type { MeasuredWindow } from '../src/attention/attention-session.ts';
import type { ClipName } from './clip-plans.ts';
import type { LabPage } from './lab-page.ts';
import { makeClips } from './make-clips.ts';
import { nextToldWindows, nextWindows, openSessionPage, scores, startMeasuring } from './measured-page.ts';

let clips: Record<ClipName, string>;
let lab: LabPage | null = null;

beforeAll(async () => {
  clips = await makeClips();
}, 600_000);

afterEach(async () => {
  await lab?.close();
  lab = null;
});

/** The real session with the real worker under the strict policy, its camera playing a clip. */
async function measure(clip: ClipName): Promise<LabPage> {
  lab = await openSessionPage(clips[clip]);
  await startMeasuring(lab);
  return lab;
}

describe('the shipped worker on rendered clips', () => {
  it('scores somebody who faces the screen high', async () => {
    const { page } = await measure('facing');
    const windows = await nextToldWindows(page, 2);
    expect(scores(windows)).toHaveLength(windows.length);
    expect(Math.min(...scores(windows))).toBeGreaterThan(0.7);
  });

  it('scores somebody who looks away low', async () => {
    const { page } = await measure('away');
    const windows = await nextToldWindows(page, 2);
    expect(scores(windows)).toHaveLength(windows.length);
    expect(Math.max(...scores(windows))).toBeLessThan(0.3);
  });

  it('scores the empty chair low after somebody sat there', async () => {
    const { page } = await measure('gone');
    // More than one round of the clip, of which five windows show nobody.
    const windows = await nextWindows(page, 8);
    const isLow = ({ outcome }: MeasuredWindow): boolean => outcome.kind === 'score' && outcome.score < 0.1;
    // Between two low ones, so that nobody was there for a part of it: who sits there does so for ten seconds.
    const empty = windows
      .filter((_, i) => [windows[i - 1], windows[i + 1]].every((window) => window !== undefined && isLow(window)))
      .filter(({ outcome }) => outcome.kind === 'score' || outcome.reason !== 'too-few-frames');
    expect(empty.length).toBeGreaterThanOrEqual(1);
    expect(scores(empty)).toHaveLength(empty.length);
    expect(Math.max(...scores(empty))).toBeLessThan(0.1);
  });

  it('abstains in the dark', async () => {
    const { page } = await measure('dark');
    const windows = await nextToldWindows(page, 2);
    expect(windows.map(({ outcome }) => outcome)).toEqual(windows.map(() => ({ kind: 'abstain', reason: 'too-dark' })));
  });
});

describe('the shipped worker', () => {
  it('abstains when two people of about the same size are in the picture', async () => {
    const { page } = await measure('company');
    // The first window may have begun before faces were counted.
    const windows = (await nextToldWindows(page, 3)).slice(1);
    expect(windows.map(({ outcome }) => outcome)).toEqual(
      windows.map(() => ({ kind: 'abstain', reason: 'several-faces' })),
    );
  });

  it('has no network: nothing that it tries from inside gets out', async () => {
    const { page, origin, requests } = await measure('facing');
    const [worker] = page.workers();
    const before = requests.length;
    const tried = await worker!.evaluate(async (ours) => {
      // What a debugger asks for may evaluate code against the policy until its first turn ends.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const data = 'data:text/javascript,1';
      const outcome = async (attempt: () => unknown): Promise<string> => {
        try {
          await attempt();
          return 'went out';
        } catch {
          return 'refused';
        }
      };
      const socket = (url: string): Promise<void> =>
        new Promise((resolve, reject) => {
          const opened = new WebSocket(url);
          opened.onopen = () => resolve();
          opened.onerror = () => reject(new Error('refused'));
        });
      const request = (url: string): void => {
        const sent = new XMLHttpRequest();
        sent.open('GET', url, false);
        sent.send();
      };
      return {
        fetchOwn: await outcome(() => fetch(`${ours}/attention/manifest.json`)),
        fetchOther: await outcome(() => fetch('http://127.0.0.1:9/')),
        socket: await outcome(() => socket(ours.replace('http', 'ws'))),
        request: await outcome(() => request(`${ours}/`)),
        importPage: await outcome(() => import(`${ours}/page.js`)),
        importQuery: await outcome(() => import(`${ours}/attention/manifest.json?pixels=1234`)),
        importData: await outcome(() => import(data)),
        evaluate: await outcome(() => {
          Reflect.construct(Function, ['return 1']);
        }),
        nested: await outcome(
          () =>
            new Promise((resolve, reject) => {
              const nested = new Worker(`${ours}/page.js`, { type: 'module' });
              nested.onmessage = resolve;
              nested.onerror = () => reject(new Error('refused'));
            }),
        ),
      };
    }, origin);
    expect(new Set(Object.values(tried)), JSON.stringify(tried)).toEqual(new Set(['refused']));
    expect(requests.slice(before)).toEqual([]);
  });

  it('loads nothing but the manifest, the five files and no file twice', async () => {
    const { page, requests } = await measure('facing');
    await nextWindows(page, 1);
    const asked = requests.filter((url) => url.startsWith('/attention/'));
    expect(asked).toHaveLength(6);
    expect(new Set(asked).size).toBe(6);
  });

  it('is served no model of expressions', async () => {
    const { origin } = await measure('facing');
    const bytesOf = async (name: string) =>
      Buffer.from(await (await fetch(`${origin}/attention/${name}`)).arrayBuffer());
    const manifest = JSON.parse((await bytesOf('manifest.json')).toString()) as Manifest;
    const bundle = await bytesOf(manifest.files.find(({ role }) => role === 'landmarker-model')!.name);
    expect(bundle.includes('face_landmarks_detector.tflite')).toBe(true);
    expect(bundle.includes('face_blendshapes')).toBe(false);
  });

  it('sees that somebody left after the GPU was lost', async () => {
    const { page } = await measure('gone');
    const lastSays = (expected: 'there' | 'gone') =>
      page.waitForFunction(
        (there) => {
          const outcome = window.lectern.log().windows.at(-1)?.outcome;
          // Without a sign of life a face is not scored, but seen.
          if (outcome?.kind === 'abstain') return there && outcome.reason === 'no-life-yet';
          return outcome !== undefined && (there ? outcome.score > 0.7 : outcome.score < 0.3);
        },
        expected === 'there',
        { timeout: 60_000 },
      );
    await lastSays('there');
    const browser = await page.context().browser()!.newBrowserCDPSession();
    await browser.send('Browser.crashGpuProcess');
    await lastSays('gone');
  });

  it('takes bitmaps of a video element where the browser can transfer neither frames nor tracks', async () => {
    lab = await openSessionPage(clips.facing, { without: ['MediaStreamTrackProcessor'] });
    await startMeasuring(lab);
    const windows = await nextToldWindows(lab.page, 2);
    expect(Math.min(...scores(windows))).toBeGreaterThan(0.7);
    expect(scores(windows)).toHaveLength(windows.length);
  });

  it('comes back after a crash and goes on measuring', async () => {
    const { page } = await measure('facing');
    await page.workers()[0]!.evaluate(() => {
      setTimeout(() => {
        throw new Error('planted');
      }, 0);
    });
    await page.waitForFunction(
      () => window.lectern.log().states.filter(({ state }) => state.kind === 'measuring').length === 2,
      null,
      { timeout: 60_000 },
    );
    expect(page.workers()).toHaveLength(1);
    const seen = await page.evaluate(() => window.lectern.log().windows.length);
    await page.waitForFunction((count) => window.lectern.log().windows.length > count, seen, { timeout: 30_000 });
  });

  it('abstains for a hidden page and for a camera that ended, and is gone when stopped', async () => {
    const { page } = await measure('facing');
    const lastReason = (reason: string) =>
      page.waitForFunction(
        (expected) => {
          const outcome = window.lectern.log().windows.at(-1)?.outcome;
          return outcome?.kind === 'abstain' && outcome.reason === expected;
        },
        reason,
        { timeout: 30_000 },
      );
    await page.evaluate(() => window.lectern.setPageVisible(false));
    await lastReason('page-hidden');
    await page.evaluate(() => {
      window.lectern.setPageVisible(true);
      window.lectern.endCamera();
    });
    await lastReason('camera-ended');
    await page.evaluate(() => window.lectern.stop());
    await expect.poll(() => page.workers().length).toBe(0);
  });
});
