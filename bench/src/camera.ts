import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The picture that the figures of the stage are given for. */
export const CAMERA = { width: 640, height: 360, framesPerSecond: 30 } as const;

/** A file that Chromium plays as a camera, in a loop. */
export interface CameraFile {
  readonly path: string;
  remove(): Promise<void>;
}

/** Writes a second of moving stripes as Y4M, in a directory of its own. */
export async function makeCamera(): Promise<CameraFile> {
  const directory = await mkdtemp(join(tmpdir(), 'lectern-camera-'));
  const path = join(directory, 'stripes.y4m');
  const { width, height, framesPerSecond } = CAMERA;
  const file = await open(path, 'w');
  try {
    await file.write(`YUV4MPEG2 W${String(width)} H${String(height)} F${String(framesPerSecond)}:1 Ip A1:1 C420jpeg\n`);
    const colour = Buffer.alloc((width * height) / 2, 128);
    for (let frame = 0; frame < framesPerSecond; frame += 1) {
      await file.write('FRAME\n');
      await file.write(stripes(frame / framesPerSecond));
      await file.write(colour);
    }
  } finally {
    await file.close();
  }
  return { path, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Brightness of one frame; after a whole `turn` the stripes are where they were. */
function stripes(turn: number): Buffer {
  const { width, height } = CAMERA;
  const brightness = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const across = Math.sin((x / 80 + turn) * 2 * Math.PI);
      const down = Math.sin((y / 45 - turn) * 2 * Math.PI);
      brightness[y * width + x] = Math.round(128 + 50 * across + 50 * down);
    }
  }
  return brightness;
}
