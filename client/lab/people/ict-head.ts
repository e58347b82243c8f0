import { BufferAttribute, BufferGeometry } from 'three';

interface Mode {
  readonly name: string;
  readonly offset: number;
  readonly scale: number;
}

interface Description {
  readonly positions: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly vertexToPosition: { readonly offset: number; readonly shape: readonly [number] };
  readonly uv: { readonly offset: number };
  readonly triangles: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly materials: Readonly<Record<string, readonly [number, number]>>;
  readonly modes: readonly Mode[];
  readonly landmarks68: readonly number[];
  readonly positionRanges: Readonly<Record<string, readonly [number, number]>>;
  /** Fewer triangles that do for drawing, by material, where there are such. */
  readonly coarse?: Readonly<Record<string, readonly number[]>>;
}

/** Weights of expression modes by name, 0..1. */
export type Expression = Readonly<Record<string, number>>;

export type Point = readonly [number, number, number];

/** Displacements of the positions that a mode moves at all. */
interface SparseMode {
  readonly at: Uint32Array;
  readonly by: Float32Array;
}

const IDENTITY_MODES = 50;
/** The neck ends here on the mean head. */
const BUST_Y = -12.2;
const SKIN = ['M_Face', 'M_BackHead'] as const;

/** The morphable head of the shared media (ICT-FaceKit, packed): identity and expression in, positions out. Centimetres. */
export class IctHead {
  /** Positions of the mean head: where features are the same for every identity. */
  readonly mean: Float32Array;
  /** Texture coordinates of all vertices. */
  readonly uv: Float32Array;
  /** For each vertex its position. */
  readonly vertexToPosition: Uint16Array;
  readonly #description: Description;
  readonly #bytes: ArrayBuffer;
  readonly #identityModes = new Map<string, Mode>();
  readonly #expressions = new Map<string, SparseMode>();
  readonly #skin: Readonly<Record<'whole' | 'drawn', Uint16Array>>;

  constructor(description: unknown, bytes: ArrayBuffer) {
    this.#description = description as Description;
    this.#bytes = bytes;
    const { positions, uv, vertexToPosition, modes } = this.#description;
    this.mean = new Float32Array(bytes, positions.offset, positions.shape[0] * 3);
    this.vertexToPosition = new Uint16Array(bytes, vertexToPosition.offset, vertexToPosition.shape[0]);
    this.uv = new Float32Array(bytes, uv.offset, vertexToPosition.shape[0] * 2);
    for (const mode of modes) {
      if (mode.name.startsWith('identity')) this.#identityModes.set(mode.name, mode);
      else this.#expressions.set(mode.name, this.#sparse(mode));
    }
    this.#skin = {
      whole: this.positionTriangles(SKIN),
      drawn: this.#drawnTriangles(SKIN).map((vertex) => this.vertexToPosition[vertex] ?? 0),
    };
  }

  get identityModes(): number {
    return IDENTITY_MODES;
  }

  /** Positions of one person at rest. */
  identity(weights: readonly number[]): Float32Array {
    const positions = this.mean.slice();
    weights.forEach((weight, i) => {
      const mode = this.#identityModes.get(`identity${String(i).padStart(3, '0')}`);
      if (mode === undefined) throw new RangeError(`the head has no identity mode ${String(i)}`);
      const deltas = this.#deltas(mode);
      const factor = weight * mode.scale;
      for (let k = 0; k < positions.length; k++) positions[k] = (positions[k] ?? 0) + factor * (deltas[k] ?? 0);
    });
    return positions;
  }

  /** Adds expressions to one person's positions, in place. */
  express(positions: Float32Array, expression: Expression): void {
    for (const [name, weight] of Object.entries(expression)) {
      const mode = this.#expressions.get(name);
      if (mode === undefined) throw new RangeError(`the head has no mode ${name}`);
      if (weight === 0) continue;
      const { at, by } = mode;
      for (let i = 0; i < at.length; i++) {
        const k = at[i] ?? 0;
        positions[k] = (positions[k] ?? 0) + weight * (by[i] ?? 0);
      }
    }
  }

  /** Position indices of an eyeball's mesh, from and to (exclusive). */
  eyeballRange(side: 'Left' | 'Right'): readonly [number, number] {
    return this.#description.positionRanges[`sclera${side}`] ?? [0, 0];
  }

  /** Centre of an eyeball's mesh. */
  eyeCentre(positions: Float32Array, side: 'Left' | 'Right'): Point {
    const [from, to] = this.eyeballRange(side);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = from * 3; i < to * 3; i++) {
      const value = positions[i] ?? 0;
      low[i % 3] = Math.min(low[i % 3] ?? value, value);
      high[i % 3] = Math.max(high[i % 3] ?? value, value);
    }
    const middle = (axis: number): number => ((low[axis] ?? 0) + (high[axis] ?? 0)) / 2;
    return [middle(0), middle(1), middle(2)];
  }

  /** Position of one of the 68 usual landmarks. */
  landmark(positions: Float32Array, index: number): Point {
    const at = this.landmarkIndex(index) * 3;
    return [positions[at] ?? 0, positions[at + 1] ?? 0, positions[at + 2] ?? 0];
  }

  /** Which position a landmark is. */
  landmarkIndex(index: number): number {
    return this.#description.landmarks68[index] ?? 0;
  }

  /** Corners of some materials' triangles as vertices. */
  vertexTriangles(materials: readonly string[]): Uint16Array {
    const { triangles } = this.#description;
    const corners = new Uint16Array(this.#bytes, triangles.offset, triangles.shape[0] * 3);
    const parts = materials.map((material) => {
      const [from, to] = this.#description.materials[material] ?? [0, 0];
      return corners.subarray(from * 3, to * 3);
    });
    const all = new Uint16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Corners of some materials' triangles as positions. */
  positionTriangles(materials: readonly string[]): Uint16Array {
    return this.vertexTriangles(materials).map((vertex) => this.vertexToPosition[vertex] ?? 0);
  }

  /** Normals of the skin, one for each position that is on it at all or `drawn`, smooth over the seams of the texture; unit length. */
  skinNormals(positions: Float32Array, normals: Float32Array, which: 'whole' | 'drawn' = 'whole'): void {
    normals.fill(0);
    const index = this.#skin[which];
    for (let i = 0; i < index.length; i += 3) {
      const [a, b, c] = [(index[i] ?? 0) * 3, (index[i + 1] ?? 0) * 3, (index[i + 2] ?? 0) * 3];
      const [ax, ay, az] = [positions[a] ?? 0, positions[a + 1] ?? 0, positions[a + 2] ?? 0];
      const [ux, uy, uz] = [(positions[b] ?? 0) - ax, (positions[b + 1] ?? 0) - ay, (positions[b + 2] ?? 0) - az];
      const [vx, vy, vz] = [(positions[c] ?? 0) - ax, (positions[c + 1] ?? 0) - ay, (positions[c + 2] ?? 0) - az];
      const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
      for (const at of [a, b, c]) {
        normals[at] = (normals[at] ?? 0) + nx;
        normals[at + 1] = (normals[at + 1] ?? 0) + ny;
        normals[at + 2] = (normals[at + 2] ?? 0) + nz;
      }
    }
    for (let at = 0; at < normals.length; at += 3) {
      const length = Math.hypot(normals[at] ?? 0, normals[at + 1] ?? 0, normals[at + 2] ?? 0) || 1;
      normals[at] = (normals[at] ?? 0) / length;
      normals[at + 1] = (normals[at + 1] ?? 0) / length;
      normals[at + 2] = (normals[at + 2] ?? 0) / length;
    }
  }

  /** A geometry of some materials that shares its vertices with the others made of the same attributes; triangles by their first vertex. */
  geometry(
    materials: readonly string[],
    shared: Readonly<Record<string, BufferAttribute>>,
    isWanted: (vertex: number) => boolean = () => true,
  ): BufferGeometry {
    const geometry = new BufferGeometry();
    for (const [name, attribute] of Object.entries(shared)) geometry.setAttribute(name, attribute);
    const corners = this.#above(this.#drawnTriangles(materials));
    const wanted = corners.filter((_, i) => isWanted(corners[i - (i % 3)] ?? 0));
    geometry.setIndex(new BufferAttribute(wanted, 1));
    return geometry;
  }

  #drawnTriangles(materials: readonly string[]): Uint16Array {
    return Uint16Array.from(
      materials.flatMap((material) => this.#description.coarse?.[material] ?? [...this.vertexTriangles([material])]),
    );
  }

  /** Leaves out the bust, which clothes cover. */
  #above(corners: Uint16Array): Uint16Array {
    const isBust = (vertex: number): boolean => (this.mean[(this.vertexToPosition[vertex] ?? 0) * 3 + 1] ?? 0) < BUST_Y;
    return corners.filter((_, i) => {
      const first = i - (i % 3);
      return ![0, 1, 2].every((corner) => isBust(corners[first + corner] ?? 0));
    });
  }

  #deltas(mode: Mode): Int16Array {
    return new Int16Array(this.#bytes, mode.offset, this.mean.length);
  }

  #sparse(mode: Mode): SparseMode {
    const deltas = this.#deltas(mode);
    const moved: number[] = [];
    deltas.forEach((delta, i) => {
      if (delta !== 0) moved.push(i);
    });
    return {
      at: Uint32Array.from(moved),
      by: Float32Array.from(moved, (i) => (deltas[i] ?? 0) * mode.scale),
    };
  }
}
