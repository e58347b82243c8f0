/** Light, sharpness and change of one frame, measured on a small grey sample. */
export interface PictureQuality {
  /** Mean luma, 0..1. */
  readonly light: number;
  /** Mean absolute step between neighbouring samples, 0..1: low when blurred, flat or covered. */
  readonly sharpness: number;
  /** Mean absolute change against the previous frame's sample, 0..1; 1 for the first frame. Exactly still: frozen. */
  readonly change: number;
}

export const SAMPLE_WIDTH = 64;
export const SAMPLE_HEIGHT = 48;

/** Rec. 709 luma of an RGBA sample, 0..1. */
export function lumaOf(rgba: ArrayLike<number>): Float32Array {
  const luma = new Float32Array(Math.floor(rgba.length / 4));
  for (let i = 0; i < luma.length; i++) {
    const at = i * 4;
    luma[i] = (0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0)) / 255;
  }
  return luma;
}

/** Measures one sample of `SAMPLE_WIDTH` x `SAMPLE_HEIGHT` against the one before (null for the first). */
export function measurePicture(luma: Float32Array, previous: Float32Array | null): PictureQuality {
  let sum = 0;
  let steps = 0;
  let change = 0;
  for (let i = 0; i < luma.length; i++) {
    const value = luma[i] ?? 0;
    sum += value;
    if (i % SAMPLE_WIDTH !== 0) steps += Math.abs(value - (luma[i - 1] ?? value));
    if (previous !== null) change += Math.abs(value - (previous[i] ?? value));
  }
  const count = Math.max(1, luma.length);
  return {
    light: sum / count,
    sharpness: steps / count,
    change: previous === null ? 1 : change / count,
  };
}
