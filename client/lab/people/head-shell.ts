import { BufferAttribute, BufferGeometry, type Material, Mesh } from 'three';
import { headAngles, HEAD_MIDDLE } from './hairline.ts';
import type { IctHead } from './ict-head.ts';
import { mix } from './noise.ts';

const AZIMUTHS = 72;
const ELEVATIONS = 37;
const RAD = Math.PI / 180;
/** Ears stand this far aside; hair lies on what is behind them. */
const EAR_X = 7.35;

/** How far the head reaches in each direction seen from its middle: what hair, caps and scarves lie on. */
export class HeadRadius {
  readonly #radii: Float32Array;

  /** `over`: what lies over the ears instead of round them, or spans nose and mouth as cloth does. */
  constructor(head: IctHead, identity: Float32Array, over: 'skull' | 'ears' | 'mouth') {
    const farthest = new Float32Array(AZIMUTHS * ELEVATIONS);
    for (const i of new Set(head.positionTriangles(['M_Face', 'M_BackHead']))) {
      const [meanX, meanY, meanZ] = [0, 1, 2].map((axis) => head.mean[i * 3 + axis] ?? 0);
      const isEar = Math.abs(meanX ?? 0) > EAR_X && (meanY ?? 0) < 6.5 && (meanZ ?? 0) < 4.5 && (meanZ ?? 0) > -4;
      if ((isEar && over !== 'ears') || (meanY ?? 0) < -10.5) continue;
      const [x, y, z] = [identity[i * 3] ?? 0, identity[i * 3 + 1] ?? 0, identity[i * 3 + 2] ?? 0];
      const { azimuthDeg, elevationDeg } = headAngles(x, y, z);
      const radius = Math.hypot(x - HEAD_MIDDLE[0], y - HEAD_MIDDLE[1], z - HEAD_MIDDLE[2]);
      const at = cell(Math.round((azimuthDeg + 180) / 5), Math.round((elevationDeg + 90) / 5));
      farthest[at] = Math.max(farthest[at] ?? 0, radius);
    }
    const bare = filled(farthest);
    if (over === 'skull') this.#radii = smooth(bare, 1);
    else this.#radii = smooth(widest(bare), over === 'ears' ? 2 : 5);
  }

  at(azimuthDeg: number, elevationDeg: number): number {
    const [column, row] = [(azimuthDeg + 180) / 5, (Math.min(89.9, Math.max(-90, elevationDeg)) + 90) / 5];
    const [c, r] = [Math.floor(column), Math.floor(row)];
    const radius = (dc: number, dr: number): number => this.#radii[cell(c + dc, r + dr)] ?? 0;
    const low = mix(radius(0, 0), radius(1, 0), column - c);
    return mix(low, mix(radius(0, 1), radius(1, 1), column - c), row - r);
  }
}

/** A point of a shell: how far off the head, whether it is there at all (above 0), and its colour's factor. */
export interface ShellPoint {
  readonly offCm: number;
  readonly covers: number;
  readonly shade: number;
}

/**
 * A surface round the head in steps of some degrees down to an elevation. What does not cover is left out, with an edge as
 * fine as the material's own mask makes it: attributes `covers` and `shade`, and uv in degrees.
 */
export function headShell(
  radius: HeadRadius,
  stepDeg: number,
  lowestDeg: number,
  point: (azimuthDeg: number, elevationDeg: number) => ShellPoint,
  material: Material,
): Mesh {
  const columns = Math.round(360 / stepDeg);
  const rows = Math.round((90 - lowestDeg) / stepDeg);
  const positions: number[] = [];
  const covers: number[] = [];
  const shades: number[] = [];
  const uv: number[] = [];
  for (let row = 0; row <= rows; row++) {
    const elevationDeg = 90 - row * stepDeg;
    for (let column = 0; column <= columns; column++) {
      const azimuthDeg = -180 + column * stepDeg;
      const { offCm, covers: share, shade } = point(azimuthDeg, elevationDeg);
      positions.push(...outwards(azimuthDeg, elevationDeg, radius.at(azimuthDeg, elevationDeg) + offCm));
      covers.push(share);
      shades.push(shade);
      uv.push(azimuthDeg, elevationDeg);
    }
  }
  const index = gridIndex(rows, columns).filter((_, i, all) => {
    const first = i - (i % 3);
    return [0, 1, 2].some((corner) => (covers[all[first + corner] ?? 0] ?? 0) > 0);
  });
  return gridMesh({ positions, covers, shades, uv, index }, material);
}

/** The point in a direction from the head's middle. */
export function outwards(azimuthDeg: number, elevationDeg: number, radius: number): [number, number, number] {
  const flat = Math.cos(elevationDeg * RAD) * radius;
  return [
    HEAD_MIDDLE[0] + flat * Math.sin(azimuthDeg * RAD),
    HEAD_MIDDLE[1] + radius * Math.sin(elevationDeg * RAD),
    HEAD_MIDDLE[2] + flat * Math.cos(azimuthDeg * RAD),
  ];
}

/** Triangles of a grid of rows from top to bottom, columns running to the subject's left seen from the front. */
export function gridIndex(rows: number, columns: number): number[] {
  const index: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * (columns + 1) + column;
      const below = at + columns + 1;
      index.push(at, below, at + 1, at + 1, below, below + 1);
    }
  }
  return index;
}

/** The arrays of a grid's mesh. */
export interface GridArrays {
  readonly positions: readonly number[];
  readonly covers: readonly number[];
  readonly shades: readonly number[];
  readonly uv: readonly number[];
  readonly index: readonly number[];
}

export function gridMesh(arrays: GridArrays, material: Material): Mesh {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(arrays.positions), 3));
  geometry.setAttribute('covers', new BufferAttribute(Float32Array.from(arrays.covers), 1));
  geometry.setAttribute('shade', new BufferAttribute(Float32Array.from(arrays.shades), 1));
  geometry.setAttribute('uv', new BufferAttribute(Float32Array.from(arrays.uv), 2));
  geometry.setIndex([...arrays.index]);
  geometry.computeVertexNormals();
  return new Mesh(geometry, material);
}

function cell(column: number, row: number): number {
  return Math.min(ELEVATIONS - 1, Math.max(0, row)) * AZIMUTHS + (((column % AZIMUTHS) + AZIMUTHS) % AZIMUTHS);
}

function filled(radii: Float32Array): Float32Array {
  let current = radii;
  for (let round = 0; round < 12; round++) {
    const next = current.slice();
    forEachCell((column, row, at) => {
      if ((current[at] ?? 0) > 0) return;
      const near = around(column, row)
        .map((index) => current[index] ?? 0)
        .filter((value) => value > 0);
      if (near.length > 0) next[at] = near.reduce((sum, value) => sum + value, 0) / near.length;
    });
    current = next;
  }
  return current;
}

/** Each direction reaches as far as its neighbours: ears stay inside what is smoothed afterwards. */
function widest(radii: Float32Array): Float32Array {
  const next = radii.slice();
  forEachCell((column, row, at) => {
    next[at] = Math.max(radii[at] ?? 0, ...around(column, row).map((index) => 0.98 * (radii[index] ?? 0)));
  });
  return next;
}

function smooth(radii: Float32Array, rounds: number): Float32Array {
  let current = radii;
  for (let round = 0; round < rounds; round++) {
    const next = current.slice();
    forEachCell((column, row, at) => {
      const near = around(column, row).map((index) => current[index] ?? 0);
      next[at] = 0.4 * (current[at] ?? 0) + (0.6 * near.reduce((sum, value) => sum + value, 0)) / near.length;
    });
    current = next;
  }
  return current;
}

function around(column: number, row: number): number[] {
  return [cell(column - 1, row), cell(column + 1, row), cell(column, row - 1), cell(column, row + 1)];
}

function forEachCell(visit: (column: number, row: number, at: number) => void): void {
  for (let row = 0; row < ELEVATIONS; row++) {
    for (let column = 0; column < AZIMUTHS; column++) visit(column, row, cell(column, row));
  }
}
