import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClipName } from './clip-plans.ts';
import type { LabPage } from './lab-page.ts';
import { makeClips } from './make-clips.ts';
import { nextToldWindows, nextWindows, openSessionPage, reasons, scores, startMeasuring } from './measured-page.ts';
import { enlarge, readClip, writeClip, type RawClip } from './raw-clip.ts';
import type { Staging } from './staged-camera.ts';

const PLAIN: Staging = { width: 640, height: 480, mirrored: false, backdrop: false };

let clips: Record<ClipName, string>;
let lab: LabPage | null = null;
let written: { remove(): Promise<void> } | null = null;

beforeAll(async () => {
  clips = await makeClips();
}, 600_000);

afterEach(async () => {
  await lab?.close();
  await written?.remove();
  lab = null;
  written = null;
});

/** Measures a clip whose picture is shown this way. */
async function measureStaged(clip: ClipName, change: Partial<Staging> = {}): Promise<LabPage> {
  lab = await openSessionPage(clips[clip]);
  await stage(lab, change);
  await startMeasuring(lab);
  return lab;
}

async function stage({ page }: LabPage, change: Partial<Staging>): Promise<void> {
  await page.evaluate((staging) => window.lectern.stage(staging), { ...PLAIN, ...change });
}

/** Measures frames that come from a camera of this rate. */
async function measureRaw(clip: RawClip, framesPerSecond: number): Promise<LabPage> {
  const file = await writeClip(clip, framesPerSecond);
  written = file;
  lab = await openSessionPage(file.path);
  await startMeasuring(lab);
  return lab;
}

/** How often the worker began to measure: more than once after a crash. */
function starts({ page }: LabPage): Promise<number> {
  return page.evaluate(() => window.lectern.log().states.filter(({ state }) => state.kind === 'measuring').length);
}

describe('a picture that is not as the camera saw it', () => {
  it('scores a mirrored camera as any other', async () => {
    const facing = await nextToldWindows((await measureStaged('facing', { mirrored: true })).page, 2);
    expect(Math.min(...scores(facing))).toBeGreaterThan(0.7);
    expect(scores(facing)).toHaveLength(facing.length);
    await lab?.close();
    const away = await nextToldWindows((await measureStaged('away', { mirrored: true })).page, 2);
    expect(Math.max(...scores(away))).toBeLessThan(0.3);
    expect(scores(away)).toHaveLength(away.length);
  });

  it('scores somebody before a virtual background', async () => {
    const windows = await nextToldWindows((await measureStaged('facing', { backdrop: true })).page, 2);
    expect(Math.min(...scores(windows))).toBeGreaterThan(0.7);
    expect(scores(windows)).toHaveLength(windows.length);
  });
});

describe('a camera whose size changes while it runs', () => {
  it('goes on being scored when the phone is turned and turned back', async () => {
    const turned = await measureStaged('facing');
    await nextWindows(turned.page, 1);
    for (const size of [
      { width: 360, height: 640 },
      { width: 640, height: 360 },
    ]) {
      await stage(turned, size);
      const windows = await nextToldWindows(turned.page, 2);
      expect(scores(windows), JSON.stringify(windows)).toHaveLength(windows.length);
      expect(Math.min(...scores(windows))).toBeGreaterThan(0.7);
    }
    expect(await starts(turned)).toBe(1);
  });

  it('abstains while it has no size at all, and is scored again afterwards', async () => {
    const shrunk = await measureStaged('facing');
    await nextWindows(shrunk.page, 1);
    await stage(shrunk, { width: 0, height: 0 });
    expect(new Set(reasons(await nextWindows(shrunk.page, 2)))).toEqual(new Set(['too-few-frames']));
    await stage(shrunk, PLAIN);
    expect(Math.min(...scores(await nextToldWindows(shrunk.page, 2)))).toBeGreaterThan(0.7);
    expect(await starts(shrunk)).toBe(1);
  });
});

describe('a camera of an unusual kind', () => {
  it('with one frame a second gives too few', async () => {
    const slow = await measureRaw(await readClip(clips.facing), 1);
    const windows = await nextWindows(slow.page, 2);
    expect(new Set(reasons(windows))).toEqual(new Set(['too-few-frames']));
    expect(scores(windows)).toEqual([]);
  });

  it('with 120 frames a second is looked at ten times a second at most', async () => {
    const fast = await measureRaw(await readClip(clips.facing), 120);
    const windows = await nextToldWindows(fast.page, 2);
    expect(scores(windows)).toHaveLength(windows.length);
    expect(Math.min(...scores(windows))).toBeGreaterThan(0.7);
    const costs = await fast.page.evaluate(() => window.lectern.log().costs.map(({ frames }) => frames));
    expect(Math.max(...costs)).toBeLessThanOrEqual(51);
  });

  it('of 8K is measured or abstained from, and the worker lives on', async () => {
    const { frames, ...size } = await readClip(clips.facing);
    // Three pictures in a loop of a second and a half: one of a look's own period would show each look the same picture, a still one.
    const large = await measureRaw(enlarge({ ...size, frames: frames.slice(0, 3) }, 9, 7680), 2);
    const windows = await nextWindows(large.page, 3);
    const told = scores(windows);
    const expected = reasons(windows).filter((reason) => reason === 'too-few-frames' || reason === 'no-life-yet');
    expect(told.length + expected.length).toBe(windows.length);
    expect(Math.min(1, ...told)).toBeGreaterThan(0.7);
    const looks = await large.page.evaluate(() => window.lectern.log().costs.map(({ frames }) => frames));
    expect(Math.max(...looks)).toBeGreaterThan(0);
    expect(await starts(large)).toBe(1);
  });

  it('that froze is a still picture, and a covered one too dark', async () => {
    const { frames, ...size } = await readClip(clips.facing);
    const frozen = await measureRaw({ ...size, frames: frames.slice(0, 1) }, 10);
    expect(new Set(reasons(await nextToldWindows(frozen.page, 2)))).toEqual(new Set(['static-picture']));
    await lab?.close();
    await written?.remove();
    const black = Buffer.alloc(frames[0]!.length, 128).fill(16, 0, size.width * size.height);
    const covered = await measureRaw({ ...size, frames: [black] }, 10);
    expect(new Set(reasons(await nextToldWindows(covered.page, 2)))).toEqual(new Set(['too-dark']));
  });
});

describe('files that are not as promised', () => {
  const lastState = ({ page }: LabPage) =>
    page.waitForFunction(() => {
      const state = window.lectern.log().states.at(-1)?.state;
      return state?.kind === 'unavailable' ? state.reason : null;
    });

  it.each([
    ['landmarker wasm', '**/attention/landmarker.*.wasm'],
    ['model', '**/attention/attention.*.onnx'],
  ])('are missed (%s) or refused, and no worker starts', async (_, path) => {
    lab = await openSessionPage(clips.facing);
    await lab.page.route(path, (route) => route.fulfill({ status: 404 }));
    await lab.page.evaluate(() => window.lectern.start());
    expect(await (await lastState(lab)).jsonValue()).toBe('asset-missing');
    await lab.page.evaluate(() => {
      window.lectern.stop();
    });
    await lab.page.unroute(path);
    await lab.page.route(path, async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length >> 1]! ^= 1;
      await route.fulfill({ response, body });
    });
    await lab.page.evaluate(() => window.lectern.start());
    expect(await (await lastState(lab)).jsonValue()).toBe('hash-refused');
    expect(lab.page.workers()).toEqual([]);
  });
});

describe('a browser that cannot measure', () => {
  it.each([
    ['webassembly-off', 'WebAssembly'],
    ['browser-too-old', 'OffscreenCanvas'],
  ])('is found to be so (%s) before anything is downloaded', async (reason, lacking) => {
    lab = await openSessionPage(clips.facing, { without: [lacking] });
    await lab.page.evaluate(() => window.lectern.start());
    const states = await lab.page.evaluate(() => window.lectern.log().states.map(({ state }) => state));
    expect(states).toMatchObject([{ kind: 'unavailable', reason }]);
    expect(lab.requests.filter((url) => url.startsWith('/attention/'))).toEqual([]);
  });
});
