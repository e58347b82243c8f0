import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Frames of a Y4M file in memory: luma and both colours, 4:2:0. */
export interface RawClip {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Buffer[];
}

/** Reads a clip that `makeClips` wrote. */
export async function readClip(path: string): Promise<RawClip> {
  const file = await readFile(path);
  const headerEnd = file.indexOf('\n');
  const [, width = 0, height = 0] = (/ W(\d+) H(\d+) /.exec(file.toString('latin1', 0, headerEnd)) ?? []).map(Number);
  const frameBytes = (width * height * 3) / 2;
  const frames: Buffer[] = [];
  for (let at = headerEnd + 1; at < file.length; at += frameBytes) {
    at += 'FRAME\n'.length;
    frames.push(file.subarray(at, at + frameBytes));
  }
  return { width, height, frames };
}

/** Writes a clip to play as a camera, in a folder of its own. */
export async function writeClip(
  { width, height, frames }: RawClip,
  framesPerSecond: number,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-clip-'));
  const path = join(folder, 'clip.y4m');
  const file = await open(path, 'w');
  try {
    const size = `W${String(width)} H${String(height)}`;
    await file.write(`YUV4MPEG2 ${size} F${String(framesPerSecond)}:1 Ip A1:1 C420jpeg\n`);
    for (const frame of frames) {
      await file.write('FRAME\n');
      await file.write(frame);
    }
  } finally {
    await file.close();
  }
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Each pixel as a square of `factor` by `factor`, with grey columns at both sides where the frame is to be wider. */
export function enlarge({ width, height, frames }: RawClip, factor: number, toWidth = width * factor): RawClip {
  const plane = (source: Buffer, w: number, h: number, wide: number): Buffer => {
    const margin = (wide - w * factor) / 2;
    const enlarged = Buffer.alloc(wide * h * factor, 128);
    for (let y = 0; y < h; y += 1) {
      const start = y * factor * wide;
      for (let x = 0; x < w; x += 1) {
        const at = start + margin + x * factor;
        enlarged.fill(source[y * w + x] ?? 0, at, at + factor);
      }
      for (let again = 1; again < factor; again += 1) enlarged.copyWithin(start + again * wide, start, start + wide);
    }
    return enlarged;
  };
  const [luma, half] = [width * height, (width * height) / 4];
  return {
    width: toWidth,
    height: height * factor,
    frames: frames.map((frame) =>
      Buffer.concat([
        plane(frame.subarray(0, luma), width, height, toWidth),
        plane(frame.subarray(luma, luma + half), width / 2, height / 2, toWidth / 2),
        plane(frame.subarray(luma + half), width / 2, height / 2, toWidth / 2),
      ]),
    ),
  };
}
