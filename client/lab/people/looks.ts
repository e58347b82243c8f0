import { Color } from 'three';
import type { Random } from '../random.ts';

/** The ten tones of the Monk scale. */
export const MONK_TONES = [
  '#f6ede4',
  '#f3e7db',
  '#f7ead0',
  '#eadaba',
  '#d7bd96',
  '#a07e56',
  '#825c43',
  '#604134',
  '#3a312a',
  '#292420',
] as const;

export const LID_SHAPES = ['round', 'almond', 'hooded', 'monolid', 'narrow'] as const;
export type LidShape = (typeof LID_SHAPES)[number];

export const HEAD_COVERS = ['none', 'cap', 'headscarf', 'turban', 'beanie'] as const;
export type HeadCover = (typeof HEAD_COVERS)[number];

export const HAIRS = ['bald', 'short', 'long', 'curly', 'bun'] as const;
export type Hair = (typeof HAIRS)[number];

export const GLASSES_FRAMES = ['round', 'rectangle', 'square', 'cat-eye', 'half-rim'] as const;
export type GlassesFrame = (typeof GLASSES_FRAMES)[number];

export const BEARDS = ['none', 'stubble', 'moustache', 'full'] as const;
export type Beard = (typeof BEARDS)[number];

export const MASKS = ['none', 'surgical', 'ffp2'] as const;
export type MaskKind = (typeof MASKS)[number];

/** What a person looks like. Left and right are the subject's; colours are sRGB hex. */
export interface Looks {
  /** Index into the Monk scale, 0 lightest to 9 darkest. */
  readonly monkTone: number;
  readonly lidShape: LidShape;
  /** Resting height of the upper lids against the shape's own, in degrees round the eyeball: positive is wider open. */
  readonly lidLiftDeg: number;
  readonly headCover: HeadCover;
  /** Under a cover too, as far as it shows. */
  readonly hair: Hair;
  /** Hair that hangs down towards the brows. */
  readonly fringe: boolean;
  readonly hairColour: string;
  readonly coverColour: string;
  readonly glasses: boolean;
  readonly glassesFrame: GlassesFrame;
  readonly glassesColour: string;
  /** Radius of the rims' tube. */
  readonly rimCm: number;
  /** How strongly the lenses mirror a bright screen, 0 coated to 1 plain glass before a white page. */
  readonly lensGlare: number;
  readonly mask: MaskKind;
  readonly beard: Beard;
  readonly irisColour: string;
  /** Radius of the pupil. */
  readonly pupilCm: number;
  /** How far the visual axis lies nasally of the optical one. */
  readonly kappaDeg: number;
  /** How far the visual axis lies above the optical one. */
  readonly kappaUpDeg: number;
  /** Deviation of the eye that does not fix: positive outward, negative inward, 0 for straight eyes. */
  readonly strabismusDeg: number;
  readonly deviatingEye: 'left' | 'right';
  /** 0 young to 1 old: lines, grey, heavier lids. */
  readonly age: number;
}

const DARK_IRISES = ['#2a1708', '#321c0c', '#3b2310', '#24140a'] as const;
const MIXED_IRISES = ['#4a2c14', '#3b2310', '#5c3c1c', '#4e4526', '#2f1b0c'] as const;
const LIGHT_IRISES = ['#4f6f8f', '#6c8196', '#5f7d5f', '#6b6a45', '#5a3a1c', '#7a5a2e', '#46597a'] as const;
const DARK_HAIRS = ['#0d0a09', '#14100d', '#1c1410'] as const;
const LIGHT_HAIRS = ['#14100d', '#2b1d14', '#4a3020', '#6d4c2c', '#a8854f', '#5a2a1a', '#c2a36b'] as const;
const GREYS = ['#8a8784', '#b9b6b1', '#5f5c59'] as const;
const COVERS = ['#1b1b22', '#e6e1d6', '#2e3d5c', '#6d2734', '#7d7466', '#314a3a', '#c9a9a6', '#8c8fa3'] as const;
const FRAMES = ['#0c0c0d', '#2b1a10', '#5a5d62', '#1d2a3d', '#8d6b3f', '#5c1f24'] as const;

/**
 * Draws a person's looks. What is `wanted` stands; what depends on it (eyes and hair on the skin's tone) is drawn to match.
 * The same number of draws is taken whatever is wanted, so that the rest of a person stays as it was.
 */
export function drawLooks(random: Random, wanted: Partial<Looks> = {}): Looks {
  const monkTone = wanted.monkTone ?? 0;
  const drawnTone = Math.floor(random.between(0, MONK_TONES.length));
  const tone = wanted.monkTone === undefined ? drawnTone : monkTone;
  const age = random.between(0, 1) ** 1.6;
  const coverDraw = random.between(0, 1);
  const hairDraw = random.between(0, 1);
  const beardDraw = random.between(0, 1);
  const maskDraw = random.between(0, 1);
  const irisDraw = random.between(0, 1);
  const greyDraw = random.between(0, 1);
  const hairColourDraw = random.between(0, 1);
  const strabismusDraw = random.between(0, 1);
  const strabismusSizeDeg = random.between(8, 20) * (random.chance(0.5) ? 1 : -1);
  const irises = tone >= 6 ? DARK_IRISES : tone >= 4 ? MIXED_IRISES : LIGHT_IRISES;
  const hairs = tone >= 5 ? DARK_HAIRS : LIGHT_HAIRS;
  const isGrey = greyDraw < (age - 0.45) * 1.4;
  const headCover = coverDraw < 0.64 ? 'none' : takeFrom(HEAD_COVERS.slice(1), (coverDraw - 0.64) / 0.36);
  const drawn: Looks = {
    monkTone: tone,
    lidShape: random.pick(LID_SHAPES),
    lidLiftDeg: random.normal(2) - 2 * age,
    headCover,
    hair: takeFrom(['bald', 'short', 'short', 'short', 'long', 'long', 'curly', 'bun'] as const, hairDraw),
    fringe: random.chance(0.25),
    hairColour: takeFrom<string>(isGrey ? GREYS : hairs, hairColourDraw),
    coverColour: random.pick(COVERS),
    glasses: random.chance(0.35),
    glassesFrame: random.pick(GLASSES_FRAMES),
    glassesColour: random.pick(FRAMES),
    rimCm: random.between(0.06, 0.22),
    lensGlare: random.between(0, 1) ** 2,
    mask: maskDraw < 0.04 ? (maskDraw < 0.025 ? 'surgical' : 'ffp2') : 'none',
    beard: beardDraw < 0.62 ? 'none' : takeFrom(BEARDS.slice(1), (beardDraw - 0.62) / 0.38),
    irisColour: takeFrom<string>(irises, irisDraw),
    pupilCm: random.between(0.13, 0.3),
    kappaDeg: Math.min(7, Math.max(3, 5 + random.normal(1))),
    kappaUpDeg: 1 + random.normal(0.8),
    strabismusDeg: strabismusDraw < 0.03 ? strabismusSizeDeg : 0,
    deviatingEye: random.chance(0.5) ? 'left' : 'right',
    age,
  };
  return { ...drawn, ...wanted };
}

function takeFrom<T>(items: readonly T[], share: number): T {
  const item = items[Math.min(items.length - 1, Math.floor(share * items.length))];
  if (item === undefined) throw new RangeError('nothing to take from');
  return item;
}

/** Linear luminance that automatic exposure brings the darkest skins up to. */
const MIN_SKIN_LUMINANCE = 0.045;

/** A person's own skin within a tone. A webcam exposes for the face: the darkest skins are lifted as it would. */
export function skinColour(tone: number, random: Random): Color {
  const skin = new Color(MONK_TONES[tone] ?? MONK_TONES[0]);
  // Shares of what is there, so that the darkest tones vary as the lightest do.
  skin.multiplyScalar(Math.min(1.2, Math.max(0.8, 1 + random.normal(0.07))));
  const warmth = Math.min(0.12, Math.max(-0.12, random.normal(0.05)));
  skin.setRGB(Math.min(0.95, skin.r * (1 + 0.4 * warmth)), skin.g, skin.b * (1 - warmth));
  const luminance = 0.2126 * skin.r + 0.7152 * skin.g + 0.0722 * skin.b;
  if (luminance < MIN_SKIN_LUMINANCE) skin.multiplyScalar(MIN_SKIN_LUMINANCE / luminance);
  return skin;
}
