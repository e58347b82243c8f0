import { FrameCopier, type CameraFrame } from './frame-copier.ts';
import type { Picture } from './vision.ts';

/** A frame with more pixels than this (4K) is not looked at: drawing one of 8K takes seconds, and the memory of the whole page. */
const MAX_PIXELS = 3840 * 2160;

/** What becomes of a camera's frames. */
export interface FrameTaker<Arrival> {
  /** What is known of a frame that arrives now; null where it is not to be looked at. */
  readonly admit: () => Arrival | null;
  /** Looks at the picture before it returns. The next frame is read once this has resolved. */
  readonly look: (picture: Picture, arrival: Arrival) => Promise<void>;
}

/**
 * Reads a camera's frames until the stream ends. One without a size or larger than 4K is not asked about. Every frame is closed as soon as it was
 * looked at, also when that fails. Rejects when the stream or looking fails.
 */
export async function readFrames<Arrival>(
  readable: ReadableStream<CameraFrame>,
  { admit, look }: FrameTaker<Arrival>,
): Promise<void> {
  const reader = readable.getReader();
  const copier = new FrameCopier();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    let looked: Promise<void> | null = null;
    try {
      const pixels = value.displayWidth * value.displayHeight;
      const arrival = pixels > 0 && pixels <= MAX_PIXELS ? admit() : null;
      if (arrival !== null) looked = look(await copier.copy(value), arrival);
    } finally {
      value.close();
    }
    await looked;
  }
}
