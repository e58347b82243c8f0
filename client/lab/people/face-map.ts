import type { IctHead } from './ict-head.ts';

/** For each texel of a material's texture the point of the mean head that it paints; three numbers a texel. */
export interface FaceMap {
  readonly size: number;
  readonly points: Float32Array;
  /** How hollow the mean head is there: about -1 on edges and tips, 1 deep in folds. */
  readonly hollow: Float32Array;
  /** 1 where the texel belongs to the mesh. */
  readonly covered: Uint8Array;
}

/** Texels painted beyond the mesh's outline, for filtering to find something there. */
const GUTTER = 4;

/** Rasterises a material's uv layout; `uvOffset` is the tile's first u. */
export function mapFace(head: IctHead, material: string, uvOffset: number, size: number): FaceMap {
  const map: FaceMap = {
    size,
    points: new Float32Array(size * size * 3),
    hollow: new Float32Array(size * size),
    covered: new Uint8Array(size * size),
  };
  const hollow = hollowness(head);
  const corners = head.vertexTriangles([material]);
  for (let i = 0; i < corners.length; i += 3) {
    const vertices = [corners[i] ?? 0, corners[i + 1] ?? 0, corners[i + 2] ?? 0] as const;
    fillTriangle(head, map, hollow, vertices, uvOffset);
  }
  for (let ring = 0; ring < GUTTER; ring++) growOutline(map);
  return map;
}

function fillTriangle(
  head: IctHead,
  map: FaceMap,
  hollow: Float32Array,
  vertices: readonly [number, number, number],
  uvOffset: number,
): void {
  const { size } = map;
  const [a, b, c] = vertices.map((vertex) => ({
    x: ((head.uv[vertex * 2] ?? 0) - uvOffset) * size - 0.5,
    y: (head.uv[vertex * 2 + 1] ?? 0) * size - 0.5,
    at: head.vertexToPosition[vertex] ?? 0,
  }));
  if (a === undefined || b === undefined || c === undefined) return;
  const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (area === 0) return;
  const clampTexel = (value: number): number => Math.min(size - 1, Math.max(0, value));
  const [fromX, toX] = [Math.min(a.x, b.x, c.x), Math.max(a.x, b.x, c.x)].map((x) => clampTexel(Math.round(x)));
  const [fromY, toY] = [Math.min(a.y, b.y, c.y), Math.max(a.y, b.y, c.y)].map((y) => clampTexel(Math.round(y)));
  for (let y = fromY ?? 0; y <= (toY ?? -1); y++) {
    for (let x = fromX ?? 0; x <= (toX ?? -1); x++) {
      const wb = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / area;
      const wc = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / area;
      const wa = 1 - wb - wc;
      if (wa < -0.01 || wb < -0.01 || wc < -0.01) continue;
      const texel = y * size + x;
      for (let axis = 0; axis < 3; axis++) {
        const at = (index: number): number => head.mean[index * 3 + axis] ?? 0;
        map.points[texel * 3 + axis] = wa * at(a.at) + wb * at(b.at) + wc * at(c.at);
      }
      map.hollow[texel] = wa * (hollow[a.at] ?? 0) + wb * (hollow[b.at] ?? 0) + wc * (hollow[c.at] ?? 0);
      map.covered[texel] = 1;
    }
  }
}

function growOutline(map: FaceMap): void {
  const { size, points, hollow, covered } = map;
  const before = covered.slice();
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const texel = y * size + x;
      if (before[texel] === 1) continue;
      const from = [texel - 1, texel + 1, texel - size, texel + size].find((near) => before[near] === 1);
      if (from === undefined) continue;
      points.copyWithin(texel * 3, from * 3, from * 3 + 3);
      hollow[texel] = hollow[from] ?? 0;
      covered[texel] = 1;
    }
  }
}

/** For each position how far its neighbourhood stands out over it, at two scales: what ambient light does not reach. */
function hollowness(head: IctHead): Float32Array {
  const count = head.mean.length / 3;
  const triangles = head.positionTriangles(['M_Face', 'M_BackHead']);
  const normals = new Float32Array(head.mean.length);
  head.skinNormals(head.mean, normals);
  const result = new Float32Array(count);
  let smooth: Float32Array = head.mean.slice();
  for (let round = 1; round <= 16; round++) {
    smooth = averageNeighbours(smooth, triangles);
    if (round !== 4 && round !== 16) continue;
    const scale = round === 4 ? 5 : 2.2;
    for (let i = 0; i < count; i++) {
      let out = 0;
      for (let axis = 0; axis < 3; axis++) {
        const k = i * 3 + axis;
        out += ((smooth[k] ?? 0) - (head.mean[k] ?? 0)) * (normals[k] ?? 0);
      }
      result[i] = (result[i] ?? 0) + 0.5 * Math.max(-1, Math.min(1, out * scale));
    }
  }
  return averageScalar(result, triangles);
}

/** One step of smoothing over the mesh: each position moves to the mean of its neighbours. */
export function averageNeighbours(positions: Float32Array, triangles: ArrayLike<number>): Float32Array {
  const next = new Float32Array(positions.length);
  const weights = new Float32Array(positions.length / 3);
  for (let i = 0; i < triangles.length; i += 3) {
    for (let corner = 0; corner < 3; corner++) {
      const to = triangles[i + corner] ?? 0;
      const from = triangles[i + ((corner + 1) % 3)] ?? 0;
      for (let axis = 0; axis < 3; axis++) {
        next[to * 3 + axis] = (next[to * 3 + axis] ?? 0) + (positions[from * 3 + axis] ?? 0);
        next[from * 3 + axis] = (next[from * 3 + axis] ?? 0) + (positions[to * 3 + axis] ?? 0);
      }
      weights[to] = (weights[to] ?? 0) + 1;
      weights[from] = (weights[from] ?? 0) + 1;
    }
  }
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    for (let k = i * 3; k < i * 3 + 3; k++) next[k] = weight === 0 ? (positions[k] ?? 0) : (next[k] ?? 0) / weight;
  }
  return next;
}

function averageScalar(values: Float32Array, triangles: ArrayLike<number>): Float32Array {
  const spread = new Float32Array(values.length * 3);
  values.forEach((value, i) => (spread[i * 3] = value));
  const smooth = averageNeighbours(spread, triangles);
  return values.map((_, i) => smooth[i * 3] ?? 0);
}
