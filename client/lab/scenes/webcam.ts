import type { Random } from '../random.ts';
import type { LightGroup } from './light-groups.ts';

/** What one camera makes of what it sees. */
export interface Webcam {
  readonly width: number;
  readonly height: number;
  /** Field of view along the longer side of the picture, in degrees. */
  readonly fovDeg: number;
  /** Sensor noise at gain 1 as a share of full scale: of the reading, and of the square root of the light. */
  readonly readNoise: number;
  readonly shotNoise: number;
  readonly maxGain: number;
  /** How bright automatic exposure makes the picture, 0..1 of full scale. */
  readonly exposureTarget: number;
  /** How much of the metering goes by the face, as cameras do that look for one. */
  readonly faceWeight: number;
  /** Factors on red, green and blue that white balance leaves. */
  readonly whiteBalance: readonly [number, number, number];
  /** Exponent on the finished values: below 1 flat, above 1 contrasty. */
  readonly contrast: number;
  readonly saturation: number;
  /** How much darker the corners are. */
  readonly vignetting: number;
  /** Standard deviation of the blur by focus, in pixels of a picture that is 640 wide. */
  readonly blurPx: number;
  readonly sharpening: number;
  readonly codec: { readonly kind: 'none' } | { readonly kind: 'jpeg' | 'webp'; readonly quality: number };
  /** How long the shutter is open. */
  readonly exposureMs: number;
}

const SIZES = [
  [640, 480],
  [640, 480],
  [640, 480],
  [640, 480],
  [640, 360],
  [640, 360],
  [640, 360],
  [640, 360],
  [480, 360],
  [480, 360],
  [320, 240],
  [848, 480],
  [1280, 720],
] as const;
const UPRIGHT_SIZES = [
  [480, 640],
  [360, 640],
  [480, 640],
  [240, 320],
] as const;

/** Draws a camera; with `upright` its picture is higher than wide, as a phone's. */
export function drawWebcam(random: Random, upright: boolean, light: LightGroup): Webcam {
  const [width, height] = random.pick<readonly [number, number]>(upright ? UPRIGHT_SIZES : SIZES);
  const isDim = light === 'dim' || light === 'dark';
  const quality = random.between(0.3, 0.92);
  return {
    width,
    height,
    fovDeg: random.between(50, 90),
    readNoise: random.between(0.0004, 0.0016),
    shotNoise: random.between(0.004, 0.012),
    maxGain: random.between(10, 22),
    exposureTarget: random.between(0.16, 0.3),
    faceWeight: random.between(0.35, 0.85),
    whiteBalance: [1 + random.normal(0.05), 1, 1 + random.normal(0.06)],
    contrast: random.between(0.88, 1.15),
    saturation: random.between(0.75, 1.15),
    vignetting: random.between(0, 0.35),
    blurPx: random.chance(0.4) ? random.between(0.5, 1.5) : random.between(0, 0.5),
    sharpening: random.chance(0.4) ? random.between(0.2, 0.8) : 0,
    codec: random.chance(0.2)
      ? { kind: 'none' }
      : random.chance(0.12)
        ? { kind: 'webp', quality }
        : { kind: 'jpeg', quality },
    exposureMs: isDim ? random.between(25, 50) : random.between(5, 20),
  };
}
