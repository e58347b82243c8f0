import { BufferAttribute, BufferGeometry, Color, DoubleSide, Mesh, MeshLambertMaterial } from 'three';
import type { Random } from '../random.ts';
import { mix, smoothstep } from './noise.ts';
import { PIVOT } from './neck-bend.ts';
import { along, type Line } from './hairline.ts';

/** Half width by depth below the head's middle, and half depth: over the bust that comes with the head. */
const WIDTHS: Line = [
  [10.4, 7.5],
  [11, 8.5],
  [12, 10.6],
  [13, 13],
  [14, 14.4],
  [15, 15.4],
  [16.5, 17.4],
  [18.4, 20],
  [21.5, 22.3],
  [28, 23],
  [46, 21],
  [70, 21],
];
const DEPTHS: Line = [
  [10.4, 6.7],
  [13, 7.4],
  [16, 8.4],
  [19, 10],
  [22, 11],
  [34, 12.4],
  [70, 12],
];
/** The neck leans forward: how far in front the middle stands. */
const MIDDLES: Line = [
  [10.4, -0.9],
  [13, -2.1],
  [16, -2.6],
  [20, -2.8],
  [70, -2.6],
];
const ROWS = [10.4, 11, 11.5, 12, 12.5, 13, 13.5, 14, 15, 16.5, 17.4, 18.4, 20, 21.5, 24, 28, 36, 46, 70] as const;
const COLUMNS = 40;

/** Clothed shoulders and chest that stay while the head turns, in the frame of the head's pivot; `lowerCm` for a long chin. */
export function torso(random: Random, lowerCm: number): Mesh {
  const broad = random.between(0.86, 1.06);
  const colour = new Color().setHSL(random.between(0, 1), random.between(0, 0.6), random.between(0.08, 0.65));
  const second = colour.clone().offsetHSL(random.normal(0.2), 0, random.chance(0.5) ? 0.22 : -0.18);
  const pattern = random.pick(['plain', 'plain', 'plain', 'stripes', 'open'] as const);
  const positions: number[] = [];
  const colours: number[] = [];
  const index: number[] = [];
  ROWS.forEach((depth, row) => {
    for (let column = 0; column <= COLUMNS; column++) {
      const angle = (column / COLUMNS) * 2 * Math.PI;
      const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
      // A rounded box: shoulders are no ellipse.
      const square = (value: number): number => Math.sign(value) * Math.abs(value) ** 0.75;
      const fold = 0.25 * Math.sin(angle * 9 + depth * 0.7) * (depth > 16 ? 1 : 0);
      positions.push(
        square(sin) * (along(WIDTHS, depth) * mix(1, broad, smoothstep(13, 18, depth)) + fold),
        -depth,
        square(cos) * (along(DEPTHS, depth) + fold) + along(MIDDLES, depth),
      );
      const isSecond =
        pattern === 'stripes' ? Math.floor(depth / 2.4) % 2 === 0 : pattern === 'open' && cos > 0.9 && depth > 13;
      const tint = isSecond ? second : colour;
      const collar = depth < 11.2 ? 0.75 : 1;
      colours.push(tint.r * collar, tint.g * collar, tint.b * collar);
      if (row === 0 || column === COLUMNS) continue;
      const at = row * (COLUMNS + 1) + column;
      const above = at - COLUMNS - 1;
      index.push(above, at, above + 1, above + 1, at, at + 1);
    }
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(positions), 3));
  geometry.setAttribute('color', new BufferAttribute(Float32Array.from(colours), 3));
  geometry.setIndex(index);
  geometry.computeVertexNormals();
  const mesh = new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true, side: DoubleSide }));
  mesh.position.copy(PIVOT).negate();
  mesh.position.y -= lowerCm;
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  return mesh;
}
