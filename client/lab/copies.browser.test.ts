import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLabPage, type LabPage } from './lab-page.ts';
import { makeClips } from './make-clips.ts';

let lab: LabPage;

beforeAll(async () => {
  const { facing } = await makeClips();
  lab = await openLabPage({ source: 'copies-page.ts', chromiumArgs: [`--use-file-for-fake-video-capture=${facing}`] });
}, 600_000);

afterAll(async () => {
  await lab.close();
});

describe('a frame of the camera', () => {
  it('is copied and not drawn, with the pixels that drawing it gives', async () => {
    const compared = await lab.page.evaluate(() => window.copies.compare());
    expect(compared).toEqual({ format: 'I420', isCopied: true, largestDifference: 0, ofPixels: 0 });
  });

  it('is copied from whatever format it has', async () => {
    const compared = await lab.page.evaluate(() => window.copies.compare('RGBA'));
    expect(compared).toEqual({ format: 'RGBA', isCopied: true, largestDifference: 0, ofPixels: 0 });
  });

  it('is drawn as it is shown where it must be turned', async () => {
    const compared = await lab.page.evaluate(() => window.copies.compare(undefined, 90));
    expect(compared).toMatchObject({ isCopied: false, ofPixels: null });
  });
});
