import { Take } from '../acting/take.ts';
import type { FrameTruth } from '../acting/frame-truth.ts';
import type { FaceFamily } from '../families/family.ts';
import type { ClipPlan } from './clip.ts';
import { seedOf } from '../random.ts';

/** One frame as the camera delivers it. */
export interface Picture {
  readonly truth: FrameTruth;
  /** The picture after the codec; whoever takes it closes it. */
  bitmap(): Promise<ImageBitmap>;
  /** The picture as a file that holds exactly what `bitmap` shows: JPEG as the camera encoded it, else PNG. */
  file(): Promise<Blob>;
}

/** A clip while it is shot, frame after frame. */
export class Film {
  readonly plan: ClipPlan;
  readonly take: Take;
  #next = 0;
  #frozen: { readonly truth: FrameTruth; readonly blob: Blob } | null = null;

  constructor(family: FaceFamily, plan: ClipPlan) {
    const { spec, looks, scene, script, company, photograph, hz } = plan;
    const seed = seedOf(spec.family, spec.identity, spec.clip, spec.kind, 'take');
    this.plan = plan;
    this.take = new Take(family, { seed, identity: spec.identity, looks, scene, script, company, photograph }, hz);
  }

  /** The next frame, or null at the end. Valid until the next call. */
  async next(): Promise<Picture | null> {
    const tMs = this.plan.timesMs[this.#next++];
    if (tMs === undefined) return null;
    const frozen = this.#frozen;
    if (frozen !== null) return pictureOf({ ...frozen.truth, tMs }, frozen.blob);
    const truth = this.take.shoot(tMs);
    const { canvas } = this.take.studio;
    const { codec } = this.plan.scene.webcam;
    const isFrozen = this.plan.frozenFromMs !== null && tMs >= this.plan.frozenFromMs;
    if (codec.kind === 'none' && !isFrozen) {
      return {
        truth,
        bitmap: () => createImageBitmap(canvas),
        file: () => canvas.convertToBlob({ type: 'image/png' }),
      };
    }
    const blob = await encode(canvas, codec);
    if (isFrozen) this.#frozen = { truth, blob };
    return pictureOf(truth, blob);
  }

  close(): void {
    this.take.dispose();
  }
}

function pictureOf(truth: FrameTruth, blob: Blob): Picture {
  return {
    truth,
    bitmap: () => createImageBitmap(blob),
    file: async () => (blob.type === 'image/webp' ? asPng(await createImageBitmap(blob)) : blob),
  };
}

function encode(canvas: OffscreenCanvas, codec: ClipPlan['scene']['webcam']['codec']): Promise<Blob> {
  if (codec.kind === 'none') return canvas.convertToBlob({ type: 'image/png' });
  return canvas.convertToBlob({ type: `image/${codec.kind}`, quality: codec.quality });
}

function asPng(bitmap: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}
