import { FrameCopier } from '../src/attention/worker/frame-copier.ts';

/** A frame as it is drawn beside what the copier makes of it. */
export interface ComparedFrame {
  readonly format: string | null;
  readonly isCopied: boolean;
  /** Of any colour of any pixel, 0..255: of the copy as it is drawn, and of the pixels that come with it; null where none do. */
  readonly largestDifference: number;
  readonly ofPixels: number | null;
}

declare global {
  interface Window {
    copies: {
      /** The next frame of the camera, in this format where one is named, turned by so many degrees. */
      compare(format?: 'RGBA', rotation?: number): Promise<ComparedFrame>;
    };
  }
}

const copier = new FrameCopier();

window.copies = {
  async compare(format, rotation = 0) {
    const shot = await shoot();
    const frame = format === undefined && rotation === 0 ? shot : await remade(shot, format, rotation);
    const { source, width, height, pixels } = await copier.copy(frame);
    const drawn = pixelsOf(frame, width, height);
    const largest = (copied: readonly number[]): number =>
      copied.reduce((most, value, i) => Math.max(most, Math.abs(value - (drawn[i] ?? 0))), 0);
    const compared = {
      format: frame.format,
      isCopied: source !== frame,
      largestDifference: largest(pixelsOf(source, width, height)),
      ofPixels: pixels === undefined ? null : largest([...pixels.data]),
    };
    frame.close();
    return compared;
  },
};

async function shoot(): Promise<VideoFrame> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks();
  if (track === undefined) throw new Error('the camera gave no track');
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  track.stop();
  if (value === undefined) throw new Error('the camera gave no frame');
  return value;
}

async function remade(shot: VideoFrame, format: 'RGBA' | undefined, rotation: number): Promise<VideoFrame> {
  const options = format === undefined ? {} : { format };
  const bytes = new Uint8Array(shot.allocationSize(options));
  const layout = await shot.copyTo(bytes, options);
  const { codedWidth, codedHeight, timestamp } = shot;
  const made = format ?? shot.format;
  shot.close();
  if (made === null) throw new Error('the camera gave a frame of no known format');
  const init = { format: made, codedWidth, codedHeight, timestamp, layout, rotation };
  return new VideoFrame(bytes, init);
}

function pixelsOf(source: CanvasImageSource, width: number, height: number): number[] {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('this browser gives no 2D canvas');
  context.drawImage(source, 0, 0, width, height);
  return [...context.getImageData(0, 0, width, height).data];
}
