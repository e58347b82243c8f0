/** A frame with more pixels than this (4K) is not looked at: drawing one of 8K takes seconds, and the memory of the whole page. */
const MAX_PIXELS = 3840 * 2160;

/** What is read of a frame of the camera. */
type Frame = Pick<VideoFrame, 'displayWidth' | 'displayHeight' | 'close'>;

/**
 * Reads a camera's frames until the stream ends. `take` looks at each frame that has a size and is not larger than 4K before it
 * returns: every frame is closed then, also when `take` throws. The next one is read once `take` has resolved. Rejects when the stream or `take` fails.
 */
export async function readFrames<T extends Frame>(
  readable: ReadableStream<T>,
  take: (frame: T) => Promise<void>,
): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const pixels = value.displayWidth * value.displayHeight;
    let taken: Promise<void> | null = null;
    try {
      if (pixels > 0 && pixels <= MAX_PIXELS) taken = take(value);
    } finally {
      value.close();
    }
    await taken;
  }
}
