/** Wavefront text of the model: the neutral mesh, and each mode as a whole mesh of its own. */
export interface HeadMeshes {
  readonly neutral: string;
  readonly modes: readonly { readonly name: string; readonly mesh: string }[];
}

/** What of the model is kept. */
export interface HeadLayout {
  /** Runs of points that are left out, from and up to, in the neutral mesh's numbers. */
  readonly leftOut: readonly (readonly [number, number])[];
  /** Names of runs of points, in the neutral mesh's numbers. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** The 68 usual landmarks, in the neutral mesh's numbers. */
  readonly landmarks68: readonly number[];
  readonly source: string;
  readonly license: string;
}

/** The packed head: its description, and the arrays at the offsets that this names, little-endian. */
export interface PackedHead {
  readonly description: object;
  readonly bytes: Uint8Array;
}

interface Face {
  readonly material: string;
  /** Point and place on the texture of each corner. */
  readonly corners: readonly (readonly [number, number])[];
}

const LARGEST = 32_767;

/**
 * Packs the head: polygons become triangles, each pair of point and place on the texture one vertex, and each mode's displacements
 * 16-bit numbers times a scale. Throws when a mesh has another number of points than the neutral one.
 */
export function packHead({ neutral, modes }: HeadMeshes, layout: HeadLayout): PackedHead {
  const points = pointsOf(neutral);
  const kept = keptPoints(points.length / 3, layout.leftOut);
  const { uv, faces } = surfaceOf(neutral, kept);
  const surface = vertices(faces);
  const bytes = new Packing();
  const count = kept.filter((index) => index >= 0).length;
  const only = (all: Float64Array): Float64Array => all.filter((_, i) => (kept[Math.floor(i / 3)] ?? -1) >= 0);
  const rest = only(points);
  const description = {
    format: 1,
    source: layout.source,
    license: layout.license,
    units: "centimetres; x to the subject's left, y up, z to the viewer when facing it",
    positions: { offset: bytes.add(Float32Array.from(rest)), dtype: 'float32', shape: [count, 3] },
    vertexToPosition: {
      offset: bytes.add(Uint16Array.from(surface.pairs.map(([point]) => point))),
      dtype: 'uint16',
      shape: [surface.pairs.length],
    },
    uv: {
      offset: bytes.add(Float32Array.from(surface.pairs.flatMap(([, at]) => [uv[at * 2] ?? 0, uv[at * 2 + 1] ?? 0]))),
      dtype: 'float32',
      shape: [surface.pairs.length, 2],
    },
    triangles: {
      offset: bytes.add(Uint16Array.from(surface.triangles)),
      dtype: 'uint16',
      shape: [surface.triangles.length / 3, 3],
    },
    materials: surface.materials,
    modes: modes.map(({ name, mesh }) => {
      const moved = pointsOf(mesh);
      if (moved.length !== points.length) throw new Error(`${name} has another number of points than the neutral mesh`);
      const { deltas, scale } = displacements(rest, only(moved));
      return { offset: bytes.add(deltas), dtype: 'int16', shape: [count, 3], name, scale };
    }),
    landmarks68: layout.landmarks68.map((index) => kept[index]),
    positionRanges: Object.fromEntries(
      Object.entries(layout.ranges).map(([name, [from, to]]) => [name, [kept[from], (kept[to - 1] ?? 0) + 1]]),
    ),
  };
  return { description, bytes: bytes.all() };
}

function pointsOf(obj: string): Float64Array {
  const values: number[] = [];
  for (const [, x, y, z] of obj.matchAll(/^v\s+(\S+)\s+(\S+)\s+(\S+)/gm)) values.push(Number(x), Number(y), Number(z));
  return Float64Array.from(values);
}

/** The number of each point among those that are kept; -1 for the others. */
function keptPoints(count: number, leftOut: HeadLayout['leftOut']): readonly number[] {
  let next = 0;
  return Array.from({ length: count }, (_, i) => (leftOut.some(([from, to]) => i >= from && i < to) ? -1 : next++));
}

function surfaceOf(
  obj: string,
  kept: readonly number[],
): { readonly uv: readonly number[]; readonly faces: readonly Face[] } {
  const uv: number[] = [];
  const faces: Face[] = [];
  let material = '';
  for (const line of obj.split('\n')) {
    const [kind, ...values] = line.trim().split(/\s+/);
    if (kind === 'usemtl') material = values[0] ?? '';
    else if (kind === 'vt') uv.push(Number(values[0]), Number(values[1]));
    else if (kind === 'f') {
      const corners = values.map((value) => {
        const [point = 0, at = 0] = value.split('/').map((part) => Number(part) - 1);
        return [kept[point] ?? -1, at] as const;
      });
      if (corners.every(([point]) => point >= 0)) faces.push({ material, corners });
    }
  }
  return { uv, faces };
}

function vertices(faces: readonly Face[]): {
  readonly pairs: readonly (readonly [number, number])[];
  readonly triangles: readonly number[];
  readonly materials: Readonly<Record<string, readonly [number, number]>>;
} {
  const name = ([point, at]: readonly [number, number]): string => `${point}/${at}`;
  const pairs = [
    ...new Map(faces.flatMap(({ corners }) => corners.map((pair) => [name(pair), pair] as const))).values(),
  ];
  pairs.sort(([point, at], [otherPoint, otherAt]) => point - otherPoint || at - otherAt);
  const numbers = new Map(pairs.map((pair, i) => [name(pair), i]));
  const triangles: number[] = [];
  const materials: Record<string, readonly [number, number]> = {};
  for (const material of [...new Set(faces.map((face) => face.material))].sort()) {
    const from = triangles.length / 3;
    for (const { corners } of faces.filter((face) => face.material === material)) {
      const indices = corners.map((pair) => numbers.get(name(pair)) ?? 0);
      for (let i = 2; i < indices.length; i++) triangles.push(indices[0] ?? 0, indices[i - 1] ?? 0, indices[i] ?? 0);
    }
    materials[material] = [from, triangles.length / 3];
  }
  return { pairs, triangles, materials };
}

function displacements(
  rest: Float64Array,
  moved: Float64Array,
): { readonly deltas: Int16Array; readonly scale: number } {
  const differences = moved.map((value, i) => value - (rest[i] ?? 0));
  const scale = differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / LARGEST;
  return { deltas: Int16Array.from(differences, (value) => (scale === 0 ? 0 : Math.round(value / scale))), scale };
}

/** Arrays after each other, each at a multiple of four bytes. */
class Packing {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(array: Float32Array | Uint16Array | Int16Array): number {
    const offset = this.#length;
    const padded = new Uint8Array(Math.ceil(array.byteLength / 4) * 4);
    padded.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    this.#parts.push(padded);
    this.#length += padded.byteLength;
    return offset;
  }

  all(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    return bytes;
  }
}
