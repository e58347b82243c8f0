import { describe, expect, it } from 'vitest';
import { readFrames } from './frame-reader.ts';

/** One that cannot be copied, and is given itself. */
class PlayedFrame {
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly visibleRect = null;
  closed = false;

  constructor(displayWidth: number, displayHeight: number) {
    this.displayWidth = displayWidth;
    this.displayHeight = displayHeight;
  }

  allocationSize(): number {
    return 0;
  }

  copyTo(): Promise<PlaneLayout[]> {
    return Promise.reject(new Error('not to be copied'));
  }

  close(): void {
    this.closed = true;
  }
}

const streamOf = (frames: readonly PlayedFrame[]): ReadableStream<PlayedFrame> =>
  new ReadableStream({
    start(controller) {
      for (const frame of frames) controller.enqueue(frame);
      controller.close();
    },
  });

/** Reads frames of which the first `admitted` are looked at, and gives what was seen of each: whether it was closed by then. */
async function seenOf(frames: readonly PlayedFrame[], admitted = frames.length): Promise<[PlayedFrame, boolean][]> {
  const seen: [PlayedFrame, boolean][] = [];
  let asked = 0;
  await readFrames(streamOf(frames), {
    admit: () => (asked++ < admitted ? {} : null),
    look: async ({ source }) => {
      const frame = source as unknown as PlayedFrame;
      await Promise.resolve(seen.push([frame, frame.closed]));
    },
  });
  return seen;
}

describe('frames of a camera', () => {
  it('are seen open one after the other, and closed afterwards', async () => {
    const frames = [new PlayedFrame(640, 480), new PlayedFrame(480, 640), new PlayedFrame(3840, 2160)];
    expect(await seenOf(frames)).toEqual(frames.map((frame) => [frame, false]));
    expect(frames.every(({ closed }) => closed)).toBe(true);
  });

  it('without a size or beyond 4K are closed unseen', async () => {
    const frames = [new PlayedFrame(0, 0), new PlayedFrame(640, 0), new PlayedFrame(7680, 4320)];
    expect(await seenOf(frames)).toEqual([]);
    expect(frames.every(({ closed }) => closed)).toBe(true);
  });

  it('that are not due are closed unseen', async () => {
    const frames = [new PlayedFrame(640, 480), new PlayedFrame(640, 480)];
    expect(await seenOf(frames, 1)).toEqual([[frames[0], false]]);
    expect(frames.every(({ closed }) => closed)).toBe(true);
  });

  it('are closed where looking at one fails, and the failure is told', async () => {
    const frames = [new PlayedFrame(640, 480)];
    const failing = readFrames(streamOf(frames), {
      admit: () => ({}),
      look: () => Promise.reject(new Error('out of memory')),
    });
    await expect(failing).rejects.toThrow('out of memory');
    expect(frames[0]!.closed).toBe(true);
  });

  it('end with the stream, and a stream that breaks is told', async () => {
    const broken = new ReadableStream<PlayedFrame>({
      start(controller) {
        controller.error(new Error('the device was taken by another program'));
      },
    });
    const reading = readFrames(broken, { admit: () => ({}), look: () => Promise.resolve() });
    await expect(reading).rejects.toThrow('taken by another program');
  });
});
