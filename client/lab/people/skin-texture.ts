import {
  Color,
  DataTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  RepeatWrapping,
  RGBAFormat,
  SRGBColorSpace,
} from 'three';
import type { Random } from '../random.ts';
import { mapFace, type FaceMap } from './face-map.ts';
import { beardAt, headAngles, overHairline } from './hairline.ts';
import type { IctHead, Point } from './ict-head.ts';
import type { Looks } from './looks.ts';
import { mix, noise3, smoothstep } from './noise.ts';

/** Texels a side; a face 600 pixels high shows about one texel a pixel. */
const FACE_SIZE = 640;
const BACK_SIZE = 256;

type Rgb = [number, number, number];

/** A person's skin as textures of the face and of the back of the head and neck. Alpha says how glossy it is. */
export interface SkinTextures {
  readonly face: DataTexture;
  readonly back: DataTexture;
  dispose(): void;
}

const maps = new WeakMap<IctHead, { readonly face: FaceMap; readonly back: FaceMap }>();

/** Paints a person's skin: tone, pores, blotches, freckles, redness, shade under the eyes, brows, lips, stubble, scalp. */
export function paintSkin(head: IctHead, looks: Looks, skin: Color, random: Random): SkinTextures {
  const known = maps.get(head);
  const layout = known ?? {
    face: mapFace(head, 'M_Face', 0, FACE_SIZE),
    back: mapFace(head, 'M_BackHead', 1, BACK_SIZE),
  };
  if (known === undefined) maps.set(head, layout);
  const painter = new SkinPainter(head, looks, skin, random);
  const face = paint(layout.face, (texel, point, hollow) => painter.face(texel, point, hollow));
  const back = paint(layout.back, (texel, point, hollow) => painter.back(texel, point, hollow));
  return {
    face,
    back,
    dispose() {
      face.dispose();
      back.dispose();
    },
  };
}

/** Paints one texel: fills in linear red, green, blue and gives the gloss. */
type PaintTexel = (texel: Rgb, point: Rgb, hollow: number) => number;

function paint(map: FaceMap, paintTexel: PaintTexel): DataTexture {
  const { size } = map;
  const bytes = new Uint8Array(size * size * 4);
  const texel: Rgb = [0, 0, 0];
  const point: Rgb = [0, 0, 0];
  for (let i = 0; i < size * size; i++) {
    if (map.covered[i] === 0) continue;
    for (let axis = 0; axis < 3; axis++) point[axis as 0 | 1 | 2] = map.points[i * 3 + axis] ?? 0;
    const gloss = paintTexel(texel, point, map.hollow[i] ?? 0);
    for (let channel = 0; channel < 3; channel++) bytes[i * 4 + channel] = toSrgb(texel[channel as 0 | 1 | 2]);
    bytes[i * 4 + 3] = Math.min(255, Math.max(0, Math.round(gloss * 255)));
  }
  const texture = new DataTexture(bytes, size, size, RGBAFormat);
  texture.colorSpace = SRGBColorSpace;
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  // The back of the head has the second tile.
  texture.wrapS = RepeatWrapping;
  texture.needsUpdate = true;
  return texture;
}

class SkinPainter {
  readonly #looks: Looks;
  readonly #skin: Rgb;
  readonly #hair: Rgb;
  readonly #lip: Rgb;
  readonly #lips: readonly Point[];
  readonly #brows: readonly Point[];
  readonly #seed: number;
  readonly #darkness: number;
  readonly #freckles: number;
  readonly #redness: number;
  readonly #underEyes: number;
  readonly #lines: number;
  readonly #browHalfCm: number;
  readonly #browDensity: number;
  readonly #browLiftCm: number;
  readonly #browDarkness: number;
  readonly #shine: number;
  readonly #moles: readonly (readonly [number, number])[];

  constructor(head: IctHead, looks: Looks, skin: Color, random: Random) {
    this.#looks = looks;
    this.#skin = [skin.r, skin.g, skin.b];
    const hair = new Color(looks.hairColour);
    this.#hair = [hair.r, hair.g, hair.b];
    this.#darkness = looks.monkTone / 9;
    this.#seed = Math.floor(random.between(0, 2 ** 31));
    this.#freckles = this.#darkness < 0.5 && random.chance(0.3) ? random.between(0.2, 0.8) : random.between(0, 0.12);
    this.#redness = random.between(0.3, 1) * (1 - 0.75 * this.#darkness);
    this.#underEyes = random.between(0.08, 0.3) + 0.1 * looks.age;
    this.#lines = looks.age;
    this.#browHalfCm = random.between(0.24, 0.46);
    this.#browDensity = random.between(0.55, 1);
    // Brows stay darker than fair or grey hair.
    this.#browDarkness = 0.85 - 0.6 * Math.min(1, hair.g * 2.2);
    this.#browLiftCm = random.between(-0.1, 0.2);
    this.#shine = random.between(0.3, 1);
    this.#moles = Array.from({ length: Math.floor(random.between(0, 6)) }, () => [
      random.between(-5.5, 5.5),
      random.between(-6, 8),
    ]);
    const rosy = random.between(0.25, 0.75);
    this.#lip = [skin.r * mix(0.72, 0.95, rosy), skin.g * mix(0.5, 0.42, rosy), skin.b * mix(0.5, 0.46, rosy)];
    this.#lips = Array.from({ length: 12 }, (_, i) => head.landmark(head.mean, 48 + i));
    this.#brows = [17, 18, 19, 20, 21].map((i) => head.landmark(head.mean, i));
  }

  face(texel: Rgb, point: Rgb, hollow: number): number {
    const [x, y, z] = point;
    const gloss = this.#base(texel, x, y, z, hollow);
    this.#blush(texel, x, y, z);
    this.#eyes(texel, x, y, z);
    this.#nostrils(texel, x, y, z);
    const lips = this.#mouth(texel, x, y, z);
    this.#beard(texel, x, y, z, lips);
    this.#brow(texel, x, y, z);
    this.#scalp(texel, x, y, z);
    return gloss + 0.25 * lips;
  }

  back(texel: Rgb, point: Rgb, hollow: number): number {
    const [x, y, z] = point;
    const gloss = this.#base(texel, x, y, z, hollow);
    if (z > 5.4 && y > -6 && y < 6.5 && Math.abs(x) < 6) {
      // Inside of the mouth and of the sockets: wet and dark.
      const inside: Rgb = y > 1 ? [0.3, 0.11, 0.09] : [0.05, 0.012, 0.012];
      for (let i = 0; i < 3; i++) texel[i as 0 | 1 | 2] = inside[i as 0 | 1 | 2];
      return 0.3;
    }
    this.#scalp(texel, x, y, z);
    return gloss * 0.6;
  }

  #base(texel: Rgb, x: number, y: number, z: number, hollow: number): number {
    const seed = this.#seed;
    const broad = noise3(x * 0.45, y * 0.45, z * 0.45, seed);
    const blotch = noise3(x * 1.7, y * 1.7, z * 1.7, seed + 1);
    const grain = noise3(x * 5, y * 5, z * 5, seed + 2);
    const pores = noise3(x * 13, y * 13, z * 13, seed + 3);
    const light = (1 + 0.06 * broad + 0.05 * blotch + 0.04 * grain + 0.05 * pores) * (1 - 0.55 * Math.max(0, hollow));
    const warm = 0.035 * blotch + 0.03 * broad + 0.05 * Math.max(0, hollow);
    texel[0] = this.#skin[0] * light * (1 + warm * 0.5);
    texel[1] = this.#skin[1] * light * (1 - warm);
    texel[2] = this.#skin[2] * light * (1 - warm * 1.1);
    if (z > 6) this.#spots(texel, x, y, z);
    if (this.#lines > 0.35) this.#wrinkles(texel, x, y, z);
    const oily = smoothstep(3.5, 0.5, Math.abs(x)) * smoothstep(-1.5, 1, y);
    return this.#shine * (0.25 + 0.35 * oily) * (0.75 + 0.5 * pores + 0.25 * grain);
  }

  #spots(texel: Rgb, x: number, y: number, z: number): void {
    const freckle = noise3(x * 6.5, y * 6.5, z * 6.5, this.#seed + 4);
    const where = smoothstep(5, 2.5, Math.hypot(x * 0.8, y - 1.5));
    const amount = this.#freckles * where * smoothstep(0.35, 0.6, freckle);
    let mole = 0;
    for (const [mx, my] of this.#moles) mole = Math.max(mole, smoothstep(0.12, 0.06, Math.hypot(x - mx, y - my)));
    darken(texel, 0.5 * amount + 0.6 * mole, [0.7, 0.86, 0.9]);
  }

  #wrinkles(texel: Rgb, x: number, y: number, z: number): void {
    if (y < 6.6 || y > 9.6 || z < 4) return;
    const bend = noise3(x * 0.35, y * 0.2, 0, this.#seed + 6);
    const line = Math.cos((y + 0.4 * bend + 0.02 * x * x) * 6.5);
    darken(texel, 0.3 * (this.#lines - 0.3) * smoothstep(0.85, 1, line) * smoothstep(5.5, 3, Math.abs(x)), [1, 1, 1]);
  }

  #blush(texel: Rgb, x: number, y: number, z: number): void {
    const cheek = smoothstep(3.2, 0.6, Math.hypot(Math.abs(x) - 4.3, (y - 0.4) * 1.2));
    const nose = smoothstep(1.6, 0.3, Math.hypot(x, y - 0.5, z - 12.6));
    const ears = smoothstep(7.4, 8.4, Math.abs(x));
    const amount = this.#redness * Math.min(1, 0.5 * cheek + 0.7 * nose + 0.8 * ears);
    texel[0] *= 1 + 0.03 * amount;
    texel[1] *= 1 - 0.2 * amount;
    texel[2] *= 1 - 0.17 * amount;
  }

  #eyes(texel: Rgb, x: number, y: number, z: number): void {
    if (z < 6 || y < 0 || y > 6) return;
    const aside = Math.abs(x);
    const under = smoothstep(1, 0.2, Math.hypot((aside - 2.8) / 1.8, (y - 2.15) / 0.9));
    darken(texel, this.#underEyes * under, [0.9, 1, 0.85]);
    const socket = smoothstep(1, 0.25, Math.hypot((aside - 2.9) / 2.2, (y - 3.9) / 1.15));
    darken(texel, (0.16 + 0.12 * this.#darkness) * socket, [0.8, 1, 1]);
    // The lids' edges: pink and moist below, dark at the roots of the lashes.
    const toCorner = (aside - 3.15) / 1.45;
    if (Math.abs(toCorner) > 1.05) return;
    const arch = Math.sqrt(Math.max(0, 1 - toCorner * toCorner));
    const upper = 3.33 + 0.62 * arch;
    const lower = 3.33 - 0.32 * arch;
    darken(texel, 0.55 * smoothstep(0.16, 0.02, Math.abs(y - upper)), [1, 1, 0.95]);
    darken(texel, 0.22 * smoothstep(0.12, 0.02, Math.abs(y - lower)), [0.5, 1, 0.9]);
  }

  #nostrils(texel: Rgb, x: number, y: number, z: number): void {
    if (z < 9.3 || y > 0 || y < -2.2) return;
    const hole = smoothstep(0.62, 0.25, Math.hypot(Math.abs(x) - 0.68, (y + 1.02) * 1.5, (z - 11.2) * 0.7));
    darken(texel, 0.85 * hole, [0.85, 1, 1]);
    const crease =
      smoothstep(0.35, 0.05, Math.abs(Math.hypot(Math.abs(x) - 0.9, y + 0.35) - 0.95)) *
      smoothstep(1.2, 1.7, Math.abs(x));
    darken(texel, 0.25 * crease, [0.9, 1, 1]);
  }

  /** How much of the texel is lip. */
  #mouth(texel: Rgb, x: number, y: number, z: number): number {
    if (z < 9.2 || Math.abs(x) > 3.2 || y > -1.9 || y < -5.2) return 0;
    const inside = smoothstep(-0.1, 0.14, insideBy(this.#lips, x, y));
    const creases = 0.9 + 0.16 * noise3(x * 9, y * 1.5, z, this.#seed + 7);
    for (let i = 0; i < 3; i++) {
      const channel = i as 0 | 1 | 2;
      texel[channel] = mix(texel[channel], this.#lip[channel] * creases, 0.9 * inside);
    }
    const seam = smoothstep(0.12, 0.02, Math.abs(y + 3.36 + 0.03 * x * x)) * smoothstep(2.5, 2.1, Math.abs(x));
    darken(texel, 0.6 * seam, [0.8, 1, 1]);
    return inside;
  }

  #beard(texel: Rgb, x: number, y: number, z: number, lips: number): void {
    const { beard } = this.#looks;
    if (beard === 'none') return;
    const grown = beardAt(x, y, z, beard === 'moustache') * (1 - lips);
    if (grown === 0) return;
    const bristles = noise3(x * 11, y * 8, z * 11, this.#seed + 8);
    const patchy = 0.9 + 0.15 * noise3(x * 1.4, y * 1.4, z * 1.4, this.#seed + 5);
    const density = patchy * (beard === 'stubble' ? 0.28 + 0.26 * bristles : 0.8 + 0.25 * bristles);
    this.#towardsHair(texel, grown * density, 1);
  }

  #brow(texel: Rgb, x: number, y: number, z: number): void {
    if (z < 6 || y < 4 || y > 7.8) return;
    const aside = -Math.abs(x);
    const points = this.#brows;
    const [first, last] = [points[0] ?? [0, 0, 0], points[4] ?? [0, 0, 0]];
    if (aside < first[0] - 0.3 || aside > last[0] + 0.35) return;
    let line = first[1];
    for (let i = 0; i < 4; i++) {
      const [from, to] = [points[i] ?? first, points[i + 1] ?? last];
      if (aside >= from[0]) line = mix(from[1], to[1], Math.min(1, (aside - from[0]) / (to[0] - from[0])));
    }
    // 0 at the nose, 1 at the temple.
    const outward = (last[0] + 0.35 - aside) / (last[0] - first[0] + 0.65);
    const up = y - line - this.#browLiftCm + 0.1;
    const half = this.#browHalfCm * (0.35 + 0.65 * Math.sqrt(Math.max(0, 1 - outward ** 2.5)));
    const edge = smoothstep(1, 0.45, Math.abs(up) / half) * smoothstep(0, 0.1, outward) * smoothstep(1, 0.93, outward);
    if (edge === 0) return;
    // Hairs rise near the nose and lie along the line towards the temple.
    const slant = mix(0.2, 2.6, outward);
    const strand = noise3(
      (aside * 1 + up / (0.4 + slant)) * 10,
      up * mix(2, 7, outward),
      x > 0 ? 3 : 9,
      this.#seed + 9,
    );
    const density = this.#browDensity * edge * (0.72 + 0.4 * strand);
    this.#towardsHair(texel, density, this.#browDarkness);
  }

  #scalp(texel: Rgb, x: number, y: number, z: number): void {
    const { hair } = this.#looks;
    if (Math.abs(x) > 7.3 && Math.hypot((z - 0.6) / 3.6, (y - 2) / 3.9) < 1) return;
    const { azimuthDeg, elevationDeg } = headAngles(x, y, z);
    const rough = 3.5 * noise3(x * 2.2, y * 2.2, z * 2.2, this.#seed + 10);
    const inside = smoothstep(-3, 4, overHairline(azimuthDeg, elevationDeg, false) + rough);
    const bristles = noise3(x * 12, y * 12, z * 12, this.#seed + 11);
    this.#towardsHair(texel, inside * (hair === 'bald' ? 0.16 + 0.12 * bristles : 0.88 + 0.12 * bristles), 1);
  }

  #towardsHair(texel: Rgb, share: number, darkness: number): void {
    const amount = Math.min(1, Math.max(0, share));
    for (let i = 0; i < 3; i++) {
      const channel = i as 0 | 1 | 2;
      texel[channel] = mix(texel[channel], this.#hair[channel] * darkness, amount);
    }
  }
}

/** Darkens by a share, each channel by its part of it. */
function darken(texel: Rgb, share: number, parts: Readonly<Rgb>): void {
  for (let i = 0; i < 3; i++) texel[i as 0 | 1 | 2] *= 1 - Math.min(0.95, Math.max(0, share * parts[i as 0 | 1 | 2]));
}

/** Distance to a polygon's outline seen from the front, positive inside. */
function insideBy(polygon: readonly Point[], x: number, y: number): number {
  let nearest = Infinity;
  let inside = false;
  for (const [i, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [0, 0];
    const [dx, dy] = [bx - ax, by - ay];
    const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, Math.hypot(x - ax - share * dx, y - ay - share * dy));
    const crosses = Math.min(ay, by) <= y && y < Math.max(ay, by);
    if (crosses && x < ax + ((y - ay) / dy) * dx) inside = !inside;
  }
  return inside ? nearest : -nearest;
}

function toSrgb(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055));
}
