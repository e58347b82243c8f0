import { describe, expect, it } from 'vitest';
import { headFile } from '../lab-files.ts';
import { packHead, type HeadLayout } from './pack.ts';

/** Two squares that share an edge across a seam of the texture, one of another material, and a tooth. */
const NEUTRAL = `mtllib some.mtl
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
v 9 9 9
v 2 0 0
v 2 1 0
vt 0 0
vt 1 0
vt 1 1
vt 0 1
vt 0.5 0.5
usemtl M_Z
f 1/1 2/2 3/3 4/4
usemtl M_Teeth
f 5/1 5/1 5/1
usemtl M_A
f 2/5 6/2 7/3 3/3
`;
const MODE = NEUTRAL.replace('v 1 1 0', 'v 1 1 2').replace('v 2 1 0', 'v 2 0 0');
const LAYOUT: HeadLayout = {
  leftOut: [[4, 5]],
  ranges: { square: [0, 4], far: [5, 7] },
  landmarks68: [2, 6],
  source: 'a test',
  license: 'none',
};

interface Described {
  readonly positions: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly vertexToPosition: { readonly offset: number; readonly shape: readonly [number] };
  readonly uv: { readonly offset: number };
  readonly triangles: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly materials: Readonly<Record<string, readonly [number, number]>>;
  readonly modes: readonly { readonly offset: number; readonly name: string; readonly scale: number }[];
  readonly landmarks68: readonly number[];
  readonly positionRanges: Readonly<Record<string, readonly [number, number]>>;
}

describe('packing the head', () => {
  const { description, bytes } = packHead({ neutral: NEUTRAL, modes: [{ name: 'up', mesh: MODE }] }, LAYOUT);
  const packed = description as Described;

  it('leaves out what is not wanted and numbers the rest anew', () => {
    expect(packed.positions.shape).toEqual([6, 3]);
    expect([...new Float32Array(bytes.buffer, packed.positions.offset, 18)].slice(12)).toEqual([2, 0, 0, 2, 1, 0]);
    expect(packed.landmarks68).toEqual([2, 5]);
    expect(packed.positionRanges).toEqual({ square: [0, 4], far: [4, 6] });
  });

  it('makes a vertex of each pair of point and place on the texture, and fans of triangles by material', () => {
    const points = new Uint16Array(bytes.buffer, packed.vertexToPosition.offset, packed.vertexToPosition.shape[0]);
    expect([...points]).toEqual([0, 1, 1, 2, 3, 4, 5]);
    expect(packed.materials).toEqual({ M_A: [0, 2], M_Z: [2, 4] });
    expect([...new Uint16Array(bytes.buffer, packed.triangles.offset, 12)]).toEqual([
      2, 5, 6, 2, 6, 3, 0, 1, 3, 0, 3, 4,
    ]);
    expect([...new Float32Array(bytes.buffer, packed.uv.offset, 6)]).toEqual([0, 0, 1, 0, 0.5, 0.5]);
  });

  it('keeps displacements to a 16-bit part of the largest', () => {
    const [mode] = packed.modes;
    expect([mode!.name, mode!.scale]).toEqual(['up', 2 / 32_767]);
    const deltas = new Int16Array(bytes.buffer, mode!.offset, 18);
    expect([deltas[8], deltas[16], deltas[0]]).toEqual([32_767, -16_383, 0]);
  });

  it('refuses a mode that belongs to another mesh', () => {
    const other = { name: 'other', mesh: 'v 0 0 0\n' };
    expect(() => packHead({ neutral: NEUTRAL, modes: [other] }, LAYOUT)).toThrow(/other has another number of points/);
  });

  it('describes the same things as the packed head that is published', async () => {
    const published = JSON.parse((await headFile('ict-face.json')).toString()) as object;
    expect(Object.keys(description)).toEqual(Object.keys(published));
  });
});
