/**
 * Reads a camera's frames until the stream ends. `take` sees each frame synchronously; every frame is closed
 * afterwards, also when `take` throws. Rejects when the stream fails.
 */
export async function readFrames(
  readable: ReadableStream<VideoFrame>,
  take: (frame: VideoFrame) => void,
): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    try {
      take(value);
    } finally {
      value.close();
    }
  }
}
