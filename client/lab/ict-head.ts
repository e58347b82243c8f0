import { BufferAttribute, BufferGeometry } from 'three';

interface Mode {
  readonly name: string;
  readonly offset: number;
  readonly scale: number;
}

interface Description {
  readonly positions: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly vertexToPosition: { readonly offset: number; readonly shape: readonly [number] };
  readonly triangles: { readonly offset: number; readonly shape: readonly [number, number] };
  readonly materials: Readonly<Record<string, readonly [number, number]>>;
  readonly modes: readonly Mode[];
  readonly landmarks68: readonly number[];
  readonly positionRanges: Readonly<Record<string, readonly [number, number]>>;
}

/** Weights of expression modes by name, 0..1. */
export type Expression = Readonly<Record<string, number>>;

const IDENTITY_MODES = 50;

/** The morphable head of the shared media (ICT-FaceKit, packed): identity and expression in, positions out. Centimetres. */
export class IctHead {
  readonly #description: Description;
  readonly #bytes: ArrayBuffer;
  readonly #mean: Float32Array;
  readonly #vertexToPosition: Uint16Array;
  readonly #modes: ReadonlyMap<string, { readonly deltas: Int16Array; readonly scale: number }>;

  constructor(description: unknown, bytes: ArrayBuffer) {
    this.#description = description as Description;
    this.#bytes = bytes;
    const { positions, vertexToPosition, modes } = this.#description;
    const length = positions.shape[0] * 3;
    this.#mean = new Float32Array(bytes, positions.offset, length);
    this.#vertexToPosition = new Uint16Array(bytes, vertexToPosition.offset, vertexToPosition.shape[0]);
    this.#modes = new Map(
      modes.map((mode) => [mode.name, { deltas: new Int16Array(bytes, mode.offset, length), scale: mode.scale }]),
    );
  }

  get identityModes(): number {
    return IDENTITY_MODES;
  }

  /** Positions of one person at rest. */
  identity(weights: readonly number[]): Float32Array {
    const positions = this.#mean.slice();
    weights.forEach((weight, i) => {
      this.#addMode(positions, `identity${String(i).padStart(3, '0')}`, weight);
    });
    return positions;
  }

  /** One person's positions with an expression on top. */
  express(identity: Float32Array, expression: Expression): Float32Array {
    const positions = identity.slice();
    for (const [name, weight] of Object.entries(expression)) this.#addMode(positions, name, weight);
    return positions;
  }

  /** Centre of an eyeball. */
  eyeCentre(positions: Float32Array, side: 'Left' | 'Right'): readonly [number, number, number] {
    const [from, to] = this.#description.positionRanges[`sclera${side}`] ?? [0, 0];
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
  landmark(positions: Float32Array, index: number): readonly [number, number, number] {
    const at = (this.#description.landmarks68[index] ?? 0) * 3;
    return [positions[at] ?? 0, positions[at + 1] ?? 0, positions[at + 2] ?? 0];
  }

  /** A geometry of some materials, indexed on positions (uv seams do not matter: nothing is textured by uv). */
  geometry(materials: readonly string[]): BufferGeometry {
    const { triangles } = this.#description;
    const corners = new Uint16Array(this.#bytes, triangles.offset, triangles.shape[0] * 3);
    const index: number[] = [];
    for (const material of materials) {
      const [from, to] = this.#description.materials[material] ?? [0, 0];
      for (let i = from * 3; i < to * 3; i++) index.push(this.#vertexToPosition[corners[i] ?? 0] ?? 0);
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(this.#mean.slice(), 3));
    geometry.setIndex(index);
    return geometry;
  }

  #addMode(positions: Float32Array, name: string, weight: number): void {
    const mode = this.#modes.get(name);
    if (mode === undefined) throw new RangeError(`the head has no mode ${name}`);
    if (weight === 0) return;
    const factor = weight * mode.scale;
    for (let i = 0; i < positions.length; i++) positions[i] = (positions[i] ?? 0) + factor * (mode.deltas[i] ?? 0);
  }
}
