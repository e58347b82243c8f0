import { describe, expect, it } from 'vitest';
import { readFrames } from './frame-reader.ts';

class PlayedFrame {
  readonly displayWidth: number;
  readonly displayHeight: number;
  closed = false;

  constructor(displayWidth: number, displayHeight: number) {
    this.displayWidth = displayWidth;
    this.displayHeight = displayHeight;
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

describe('frames of a camera', () => {
  it('are seen open one after the other, and closed afterwards', async () => {
    const frames = [new PlayedFrame(640, 480), new PlayedFrame(480, 640), new PlayedFrame(3840, 2160)];
    const seen: boolean[] = [];
    await readFrames(streamOf(frames), async ({ closed }) => {
      await Promise.resolve(seen.push(closed));
    });
    expect(seen).toEqual([false, false, false]);
    expect(frames.every(({ closed }) => closed)).toBe(true);
  });

  it('without a size or beyond 4K are closed unseen', async () => {
    const frames = [new PlayedFrame(0, 0), new PlayedFrame(640, 0), new PlayedFrame(7680, 4320)];
    const seen: PlayedFrame[] = [];
    await readFrames(streamOf(frames), async (frame) => {
      await Promise.resolve(seen.push(frame));
    });
    expect(seen).toEqual([]);
    expect(frames.every(({ closed }) => closed)).toBe(true);
  });

  it('are closed where looking at one fails, and the failure is told', async () => {
    const frames = [new PlayedFrame(640, 480)];
    const failing = readFrames(streamOf(frames), () => {
      throw new Error('out of memory');
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
    await expect(readFrames(broken, () => Promise.resolve())).rejects.toThrow('taken by another program');
  });
});
