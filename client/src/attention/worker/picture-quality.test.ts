import { describe, expect, it } from 'vitest';
import { lumaOf, measurePicture, SAMPLE_HEIGHT, SAMPLE_WIDTH } from './picture-quality.ts';

const COUNT = SAMPLE_WIDTH * SAMPLE_HEIGHT;

describe('picture quality', () => {
  it('measures light by Rec. 709: green weighs most', () => {
    expect(lumaOf([255, 255, 255, 255])[0]).toBeCloseTo(1);
    expect(lumaOf([0, 255, 0, 255])[0]).toBeCloseTo(0.7152);
  });

  it('gives a flat picture no sharpness and stripes much', () => {
    const flat = new Float32Array(COUNT).fill(0.4);
    const stripes = flat.map((_, i) => i % 2);
    expect(measurePicture(flat, null)).toMatchObject({ sharpness: 0, change: 1 });
    expect(measurePicture(stripes, null).sharpness).toBeGreaterThan(0.9);
  });

  it('sees an exact repetition as no change and one grey level of noise as some', () => {
    const first = new Float32Array(COUNT).fill(0.4);
    const noisy = first.map((value, i) => value + (i % 2 === 0 ? 1 / 255 : 0));
    expect(measurePicture(first, first).change).toBe(0);
    expect(measurePicture(noisy, first).change).toBeCloseTo(0.5 / 255);
  });
});
