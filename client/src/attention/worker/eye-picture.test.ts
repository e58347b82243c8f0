import { describe, expect, it } from 'vitest';
import { EYE_HEIGHT, EYE_WIDTH, eyePictures } from './eye-picture.ts';
import { EYE_LANDMARKS, INNER_CORNER, MESH_POINTS, OUTER_CORNER } from './landmarks.ts';

const SIZE = { width: 200, height: 100 };

/** A picture whose grey levels follow from the place in pixels. */
function painted(luma: (x: number, y: number) => number) {
  const data = new Uint8ClampedArray(4 * SIZE.width * SIZE.height);
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      data.fill(luma(x, y), 4 * (y * SIZE.width + x), 4 * (y * SIZE.width + x) + 3);
    }
  }
  return { data, ...SIZE } as ImageData;
}

/** Both eyes, in pixels: the subject's right eye is on the image's left. */
function meshOf(corners: Readonly<Record<'left' | 'right', readonly [outer: number[], inner: number[]]>>) {
  const mesh = Array.from({ length: MESH_POINTS }, () => ({ x: 0, y: 0 }));
  for (const side of ['left', 'right'] as const) {
    const { lids } = EYE_LANDMARKS[side];
    const put = (index: number, [x = 0, y = 0]: number[]): void => {
      mesh[index] = { x: x / SIZE.width, y: y / SIZE.height };
    };
    put(lids[OUTER_CORNER], corners[side][0]);
    put(lids[INNER_CORNER], corners[side][1]);
  }
  return mesh;
}

const LEVEL = meshOf({
  left: [
    [150, 50],
    [126, 50],
  ],
  right: [
    [50, 50],
    [74, 50],
  ],
});
const at = (eye: Uint8Array, column: number, row: number): number => eye[row * EYE_WIDTH + column]!;

describe('pictures of both eyes', () => {
  it('show one and a half eye widths, with the outer corner to the right in both', () => {
    const { left, right } = eyePictures(
      painted((x) => x),
      LEVEL,
    );
    expect(left).toHaveLength(EYE_WIDTH * EYE_HEIGHT);
    expect([at(left, 0, 12), at(left, 35, 12)]).toEqual([120, 155]);
    expect([at(right, 0, 12), at(right, 35, 12)]).toEqual([79, 44]);
  });

  it('have the brow above in both', () => {
    const { left, right } = eyePictures(
      painted((_, y) => 2 * y),
      LEVEL,
    );
    for (const eye of [left, right]) expect(at(eye, 18, 23) - at(eye, 18, 0)).toBe(46);
  });

  it('are level for a head that is tilted', () => {
    const tilted = meshOf({
      left: [
        [150, 70],
        [126, 46],
      ],
      right: [
        [50, 30],
        [74, 54],
      ],
    });
    // Grey levels rise across the corners' line, which runs down to the image's right by 45 degrees.
    const { left, right } = eyePictures(
      painted((x, y) => 100 + y - x + 90),
      tilted,
    );
    for (const eye of [left, right]) {
      expect(Math.abs(at(eye, 0, 12) - at(eye, 35, 12))).toBeLessThanOrEqual(2);
      expect(at(eye, 18, 23)).toBeGreaterThan(at(eye, 18, 0));
    }
  });

  it('of a large face are averaged, so that fine noise does not show', () => {
    const large = meshOf({
      left: [
        [190, 50],
        [102, 50],
      ],
      right: [
        [10, 50],
        [98, 50],
      ],
    });
    const { left } = eyePictures(
      painted((x, y) => ((x + y) % 2 === 0 ? 255 : 0)),
      large,
    );
    expect(Math.max(...left) - Math.min(...left)).toBeLessThan(90);
  });

  it('go on as the picture’s edge where the eye is cut off', () => {
    const cut = meshOf({
      left: [
        [199, 2],
        [175, 2],
      ],
      right: [
        [0, 98],
        [20, 98],
      ],
    });
    const { left, right } = eyePictures(
      painted(() => 77),
      cut,
    );
    expect(new Set([...left, ...right])).toEqual(new Set([77]));
  });
});
