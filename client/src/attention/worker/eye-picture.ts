import { pointAt, type MeshPoint } from './face-reading.ts';
import { EYE_LANDMARKS, INNER_CORNER, OUTER_CORNER } from './landmarks.ts';

/** Size of an eye's picture in samples; the model's eye head takes it so. */
export const EYE_WIDTH = 36;
export const EYE_HEIGHT = 24;
/** How many eye widths the picture is wide: the corners with some skin on both sides. */
const SHOWN_WIDTHS = 1.5;
/** More samples for one of the picture's, on each axis, are not averaged: a face that close has enough of them. */
const MAX_AVERAGED = 4;

/** Both eyes of one face as grey levels, row after row from the brow down; the outer corner lies to the right in both. */
export interface EyePictures {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/** What is looked at: an `ImageData`. */
type Pixels = Pick<ImageData, 'data' | 'width' | 'height'>;

/** Cuts both eyes out of the picture that the mesh was found in, the corners level. Lives as long as its frame. */
export function eyePictures(pixels: Pixels, mesh: readonly MeshPoint[]): EyePictures {
  const cut = (side: 'left' | 'right', down: 1 | -1): Uint8Array => {
    const { lids } = EYE_LANDMARKS[side];
    return cutEye(pixels, cornerAt(mesh, lids[INNER_CORNER], pixels), cornerAt(mesh, lids[OUTER_CORNER], pixels), down);
  };
  return { left: cut('left', 1), right: cut('right', -1) };
}

type Point = readonly [number, number];

/** `down` is 1 where a quarter turn clockwise from inner to outer corner points down, else -1. */
function cutEye(pixels: Pixels, inner: Point, outer: Point, down: 1 | -1): Uint8Array {
  // A sample's step along the eye, in pixels of the picture.
  const x = ((outer[0] - inner[0]) * SHOWN_WIDTHS) / EYE_WIDTH;
  const y = ((outer[1] - inner[1]) * SHOWN_WIDTHS) / EYE_WIDTH;
  const middle = [(inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2] as const;
  const averaged = Math.min(MAX_AVERAGED, Math.max(1, Math.ceil(Math.hypot(x, y))));
  const eye = new Uint8Array(EYE_WIDTH * EYE_HEIGHT);
  for (let row = 0; row < EYE_HEIGHT; row++) {
    for (let column = 0; column < EYE_WIDTH; column++) {
      let sum = 0;
      for (let i = 0; i < averaged * averaged; i++) {
        const along = column - EYE_WIDTH / 2 + ((i % averaged) + 0.5) / averaged;
        const across = down * (row - EYE_HEIGHT / 2 + (Math.floor(i / averaged) + 0.5) / averaged);
        sum += lumaAt(pixels, middle[0] + along * x - across * y, middle[1] + along * y + across * x);
      }
      eye[row * EYE_WIDTH + column] = Math.round(sum / (averaged * averaged));
    }
  }
  return eye;
}

function cornerAt(mesh: readonly MeshPoint[], index: number, { width, height }: Pixels): Point {
  const { x, y } = pointAt(mesh, index);
  return [x * width, y * height];
}

/** Grey level 0..255 between pixels; beyond the picture that of its edge. */
function lumaAt({ data, width, height }: Pixels, x: number, y: number): number {
  const left = Math.min(Math.max(x - 0.5, 0), width - 1);
  const top = Math.min(Math.max(y - 0.5, 0), height - 1);
  const [column, row] = [Math.floor(left), Math.floor(top)];
  const [right, bottom] = [left - column, top - row];
  const nextColumn = Math.min(column + 1, width - 1);
  const nextRow = Math.min(row + 1, height - 1);
  const luma = (atColumn: number, atRow: number): number => {
    const at = 4 * (atRow * width + atColumn);
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  };
  return (
    (1 - bottom) * ((1 - right) * luma(column, row) + right * luma(nextColumn, row)) +
    bottom * ((1 - right) * luma(column, nextRow) + right * luma(nextColumn, nextRow))
  );
}
