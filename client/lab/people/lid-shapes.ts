import type { IctHead } from './ict-head.ts';
import type { LidShape, Looks } from './looks.ts';
import { mix, smoothstep } from './noise.ts';

/** How a shape differs from the mean head's lids; degrees round the eyeball, upwards and templewards positive. */
interface LidForm {
  readonly upperDeg: number;
  readonly lowerDeg: number;
  /** Outer corner up, inner corner down. */
  readonly slantDeg: number;
  /** How far skin of the upper lid hangs over its edge at the temple and at the nose. */
  readonly foldTempleDeg: number;
  readonly foldNoseDeg: number;
  /** Fullness of the upper lid. */
  readonly fullCm: number;
  /** How far the nose's corner is drawn over towards the temple. */
  readonly innerCornerDeg: number;
}

const FORMS: Readonly<Record<LidShape, LidForm>> = {
  round: { upperDeg: 3, lowerDeg: -2.5, slantDeg: 0, foldTempleDeg: 0, foldNoseDeg: 0, fullCm: 0, innerCornerDeg: 0 },
  almond: { upperDeg: 0, lowerDeg: 1, slantDeg: 4, foldTempleDeg: 1, foldNoseDeg: 0, fullCm: 0.01, innerCornerDeg: 0 },
  hooded: {
    upperDeg: -2.5,
    lowerDeg: 0,
    slantDeg: -2,
    foldTempleDeg: 9,
    foldNoseDeg: 3,
    fullCm: 0.1,
    innerCornerDeg: 0,
  },
  monolid: {
    upperDeg: -4,
    lowerDeg: 2,
    slantDeg: 5,
    foldTempleDeg: 6,
    foldNoseDeg: 7,
    fullCm: 0.14,
    innerCornerDeg: 5,
  },
  narrow: {
    upperDeg: -6,
    lowerDeg: 3,
    slantDeg: 1.5,
    foldTempleDeg: 2,
    foldNoseDeg: 1,
    fullCm: 0.04,
    innerCornerDeg: 0,
  },
};

/** Corners and edges of the mean head's lids as seen from the eyeball's middle, degrees. */
const INNER_DEG = -46;
const OUTER_DEG = 66;
const CORNERS_ELEVATION_DEG = -9;
/** The mean head's lower lids leave white under the iris: raised to touch it, as most people's do. */
const LOWER_LID_DEG = 2.5;
const DEG = 180 / Math.PI;

/** Moves the skin round both eyes of a person at rest into the shape of the looks, in place: on spheres, as lids lie. */
export function shapeLids(head: IctHead, positions: Float32Array, looks: Pick<Looks, 'lidShape' | 'lidLiftDeg'>): void {
  for (const side of ['Left', 'Right'] as const) shapeEye(head, positions, looks, side);
}

function shapeEye(
  head: IctHead,
  positions: Float32Array,
  looks: Pick<Looks, 'lidShape' | 'lidLiftDeg'>,
  side: 'Left' | 'Right',
): void {
  const form = FORMS[looks.lidShape];
  const [cx, cy, cz] = head.eyeCentre(positions, side);
  const temple = side === 'Left' ? 1 : -1;
  const [eyeballFrom, eyeballTo] = head.eyeballRange(side);
  for (let i = 0; i < positions.length / 3; i++) {
    if (i >= eyeballFrom && i < eyeballTo) continue;
    const x = ((positions[i * 3] ?? 0) - cx) * temple;
    const y = (positions[i * 3 + 1] ?? 0) - cy;
    const z = (positions[i * 3 + 2] ?? 0) - cz;
    const radius = Math.hypot(x, y, z);
    if (radius > 3.2 || z < -0.2) continue;
    const azimuthDeg = Math.atan2(x, z) * DEG;
    const elevationDeg = Math.asin(y / radius) * DEG;
    const moved = moveSkin(form, looks.lidLiftDeg, azimuthDeg, elevationDeg);
    const share = smoothstep(3.2, 2, radius) * smoothstep(-0.2, 0.3, z);
    const azimuth = (azimuthDeg + moved.azimuthDeg * share) / DEG;
    const elevation = (elevationDeg + moved.elevationDeg * share) / DEG;
    const out = radius + moved.outCm * share;
    positions[i * 3] = cx + temple * out * Math.cos(elevation) * Math.sin(azimuth);
    positions[i * 3 + 1] = cy + out * Math.sin(elevation);
    positions[i * 3 + 2] = cz + out * Math.cos(elevation) * Math.cos(azimuth);
  }
}

function moveSkin(
  form: LidForm,
  liftDeg: number,
  azimuthDeg: number,
  elevationDeg: number,
): { readonly azimuthDeg: number; readonly elevationDeg: number; readonly outCm: number } {
  // -1 at the nose's corner, 1 at the temple's.
  const across = (2 * (azimuthDeg - INNER_DEG)) / (OUTER_DEG - INNER_DEG) - 1;
  const arch = Math.sqrt(Math.max(0, 1 - across * across));
  const upperEdge = CORNERS_ELEVATION_DEG + 21 * arch;
  const lowerEdge = CORNERS_ELEVATION_DEG - 11.5 * arch;
  const over = elevationDeg - upperEdge;
  const under = lowerEdge - elevationDeg;
  const upper = over > 0 ? smoothstep(32, 0, over) : smoothstep(CORNERS_ELEVATION_DEG, upperEdge, elevationDeg);
  const lower = under > 0 ? smoothstep(28, 0, under) : smoothstep(CORNERS_ELEVATION_DEG, lowerEdge, elevationDeg);
  const broad = smoothstep(1.5, 0.9, Math.abs(across));
  const fold = smoothstep(1, 7, over) * smoothstep(32, 14, over) * broad;
  const foldDeg = mix(form.foldNoseDeg, form.foldTempleDeg, smoothstep(-0.9, 0.9, across));
  const near = smoothstep(40, 8, Math.max(over, under));
  const atNose = smoothstep(-0.45, -1, across) * smoothstep(30, 6, Math.max(over, under));
  return {
    azimuthDeg: form.innerCornerDeg * atNose,
    elevationDeg:
      arch * (upper * (form.upperDeg + liftDeg) + lower * (LOWER_LID_DEG + form.lowerDeg - 0.25 * liftDeg)) -
      foldDeg * fold +
      form.slantDeg * Math.max(-1.2, Math.min(1.2, across)) * near * broad,
    outCm: form.fullCm * fold + 0.06 * (form.innerCornerDeg / 5) * atNose,
  };
}
