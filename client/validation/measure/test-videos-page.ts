import { BufferTarget, CanvasSource, Mp4OutputFormat, Output, Quality, WebMOutputFormat } from 'mediabunny';

declare global {
  interface Window {
    /** Writes a video of a picture that is shown for so many frames, then taken away for as many; as base64. */
    makeVideo(options: TestVideo): Promise<string>;
    /** A picture as JPEG, a quarter turn to the left; as base64. */
    makeTurnedJpeg(picture: string): Promise<string>;
  }
}

/** Frames of 640x480; with a `rotation` they are stored turned, and the file says how to turn them back. */
export interface TestVideo {
  readonly picture: string;
  readonly container: 'webm' | 'mp4';
  readonly framesPerSecond: number;
  readonly framesWith: number;
  readonly framesWithout: number;
  readonly rotation: 0 | 90;
}

const WIDTH = 640;
const HEIGHT = 480;

window.makeVideo = async ({ picture, container, framesPerSecond, framesWith, framesWithout, rotation }) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = rotation === 0 ? new OffscreenCanvas(WIDTH, HEIGHT) : new OffscreenCanvas(HEIGHT, WIDTH);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const format = container === 'webm' ? new WebMOutputFormat() : new Mp4OutputFormat();
  const output = new Output({ format, target: new BufferTarget() });
  const source = new CanvasSource(canvas, {
    codec: container === 'webm' ? 'vp8' : 'vp9',
    quality: new Quality('medium'),
  });
  output.addVideoTrack(source, { rotation });
  await output.start();
  for (let i = 0; i < framesWith + framesWithout; i++) {
    context.reset();
    context.fillStyle = '#777';
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (rotation === 90) {
      // Stored a quarter turn to the left of what is shown.
      context.translate(0, WIDTH);
      context.rotate(-Math.PI / 2);
    }
    // A hand's tremble: no two frames are the same.
    if (i < framesWith) context.drawImage(image, 64 + 3 * Math.sin(i), 0, 480, 480);
    else context.fillRect(0, i, WIDTH, 1);
    await source.add(i / framesPerSecond, 1 / framesPerSecond);
  }
  await output.finalize();
  return base64Of(new Uint8Array(output.target.buffer ?? new ArrayBuffer()));
};

window.makeTurnedJpeg = async (picture) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.height, image.width);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.translate(0, image.width);
  context.rotate(-Math.PI / 2);
  context.drawImage(image, 0, 0);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  return base64Of(new Uint8Array(await jpeg.arrayBuffer()));
};

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
