import { seeded, seedOf, type Random } from '../random.ts';
import type { Webcam } from './webcam.ts';

/** Grain is taken from one tile at a random place in each frame: a random number for every pixel would cost more than the picture. */
const TILE = 1 << 18;
/** Grain of one standard deviation, as the tile's bytes hold it. */
const TILE_SD = 32;
/** Standard deviations of noise are kept in this part of a grey level. */
const SD_UNIT = 1 / 16;
/** How fast automatic exposure follows. */
const EXPOSURE_MS = 600;
/** Pixels between those that are metered. */
const METER_STEP = 12;
const MIN_GAIN = 0.25;

/**
 * What a webcam does with light after its lens: automatic exposure, noise that grows with the gain, white balance, tone. Works on
 * grey levels of pictures that were rendered with its gain.
 */
export class Sensor {
  readonly #webcam: Webcam;
  readonly #random: Random;
  readonly #tile: Int8Array;
  readonly #vignette: Uint16Array | null;
  #gain = 1;
  #tables: Tables;
  #meteredMs = -Infinity;
  #isSettled = false;

  constructor(webcam: Webcam, seed: number) {
    this.#webcam = webcam;
    this.#random = seeded(seedOf('sensor', seed));
    this.#tile = grainTile(this.#random);
    this.#vignette = webcam.vignetting < 0.05 ? null : vignette(webcam);
    this.#tables = tables(webcam, 1);
  }

  /** What light is multiplied with before it becomes grey levels. */
  get gain(): number {
    return this.#gain;
  }

  /** The first picture is exposed anew until this is true: the camera has been on for a while. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Meters a picture, with weight on its middle and on a face (in shares of the picture, from left and top), and moves the gain towards what the camera wants. */
  meter(pixels: Uint8ClampedArray, tMs: number, face: MeteredFace | null): void {
    const wanted = (this.#gain * this.#webcam.exposureTarget) / Math.max(1e-5, this.#brightness(pixels, face));
    const goal = Math.min(this.#webcam.maxGain, Math.max(MIN_GAIN, wanted));
    const followed = this.#isSettled ? 1 - Math.exp(-(tMs - this.#meteredMs) / EXPOSURE_MS) : 1;
    // A clipped or black picture tells too little at once.
    const step = Math.min(8, Math.max(1 / 8, goal / this.#gain)) ** followed;
    if (Math.abs(step - 1) < 0.12) this.#isSettled = true;
    this.#gain *= step;
    this.#meteredMs = tMs;
    this.#tables = tables(this.#webcam, this.#gain);
  }

  /** Turns rendered grey levels into those that the camera delivers, in place. */
  develop(pixels: Uint8ClampedArray): void {
    const { sharpening, saturation, width } = this.#webcam;
    if (sharpening > 0) sharpen(pixels, width, sharpening);
    const { red, green, blue, sd } = this.#tables;
    const tile = this.#tile;
    const vignetteOf = this.#vignette;
    const keep = Math.round(saturation * 256);
    let at = Math.floor(this.#random.between(0, TILE));
    for (let i = 0, pixel = 0; i < pixels.length; i += 4, pixel++) {
      let r = pixels[i] ?? 0;
      let g = pixels[i + 1] ?? 0;
      let b = pixels[i + 2] ?? 0;
      if (vignetteOf !== null) {
        const share = vignetteOf[pixel] ?? 256;
        r = (r * share) >> 8;
        g = (g * share) >> 8;
        b = (b * share) >> 8;
      }
      at = (at + 3) & (TILE - 1);
      // Both in small units: their product is 512 times a grey level.
      r = (red[r] ?? 0) + (((tile[at] ?? 0) * (sd[r] ?? 0)) >> 9);
      g = (green[g] ?? 0) + (((tile[at + 1] ?? 0) * (sd[g] ?? 0)) >> 9);
      b = (blue[b] ?? 0) + (((tile[at + 2] ?? 0) * (sd[b] ?? 0)) >> 9);
      const luma = (54 * r + 183 * g + 19 * b) >> 8;
      pixels[i] = luma + (((r - luma) * keep) >> 8);
      pixels[i + 1] = luma + (((g - luma) * keep) >> 8);
      pixels[i + 2] = luma + (((b - luma) * keep) >> 8);
    }
  }

  #brightness(pixels: Uint8ClampedArray, face: MeteredFace | null): number {
    const { width, height, faceWeight } = this.#webcam;
    const scene = { sum: 0, weights: 1e-9 };
    const skin = { sum: 0, weights: 1e-9 };
    for (let y = METER_STEP / 2; y < height; y += METER_STEP) {
      for (let x = METER_STEP / 2; x < width; x += METER_STEP) {
        const i = (y * width + x) * 4;
        const level = 0.2126 * (pixels[i] ?? 0) + 0.7152 * (pixels[i + 1] ?? 0) + 0.0722 * (pixels[i + 2] ?? 0);
        const light = linear(level / 255);
        const weight = 0.25 + Math.exp(-((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 9);
        scene.sum += weight * light;
        scene.weights += weight;
        if (face === null || Math.hypot(x - face.x * width, y - face.y * height) > face.radius * width) continue;
        skin.sum += light;
        skin.weights++;
      }
    }
    const overall = scene.sum / scene.weights;
    if (skin.weights < 1) return overall;
    // A dark skin stays darker than a light one: the camera only goes part of the way.
    return overall ** (1 - faceWeight) * (skin.sum / skin.weights) ** faceWeight;
  }
}

/** Middle and radius of a face, as shares of the picture's width and height, from the left and the top. */
export interface MeteredFace {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

interface Tables {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
  /** Noise by grey level, in `SD_UNIT`. */
  readonly sd: Uint8Array;
}

function tables(webcam: Webcam, gain: number): Tables {
  const { whiteBalance, contrast, readNoise, shotNoise } = webcam;
  const tone = (factor: number): Uint8Array =>
    Uint8Array.from({ length: 256 }, (_, level) =>
      Math.round(255 * Math.min(1, encoded(linear(level / 255) * factor)) ** contrast),
    );
  const sd = Uint8Array.from({ length: 256 }, (_, level) => {
    const light = linear(level / 255);
    const noise = Math.hypot(readNoise * gain, shotNoise * Math.sqrt(gain * light));
    // What the tone curve makes of it, the slope taken over the noise's own width: it is endless at black.
    const slope =
      (encoded(light + noise + 1e-4) - encoded(Math.max(0, light - noise))) / (noise + Math.min(noise, light) + 1e-4);
    return Math.min(255, Math.round((255 * noise * slope) / SD_UNIT));
  });
  return { red: tone(whiteBalance[0]), green: tone(whiteBalance[1]), blue: tone(whiteBalance[2]), sd };
}

function linear(shown: number): number {
  return shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4;
}

function encoded(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

function grainTile(random: Random): Int8Array {
  return Int8Array.from({ length: TILE + 3 }, () => Math.min(127, Math.max(-127, Math.round(random.normal(TILE_SD)))));
}

function vignette({ width, height, vignetting }: Webcam): Uint16Array {
  return Uint16Array.from({ length: width * height }, (_, i) => {
    const x = (i % width) / width - 0.5;
    const y = Math.floor(i / width) / height - 0.5;
    return Math.round(256 * (1 - vignetting * (x * x + y * y) * 0.8));
  });
}

/** Edges along the rows are overdone, as a camera's sharpening does. */
function sharpen(pixels: Uint8ClampedArray, width: number, amount: number): void {
  const row = width * 4;
  const factor = Math.round(amount * 128);
  for (let start = 0; start + row <= pixels.length; start += row) {
    for (let channel = 0; channel < 3; channel++) {
      let before = pixels[start + channel] ?? 0;
      for (let i = start + 4 + channel; i < start + row - 4; i += 4) {
        const here = pixels[i] ?? 0;
        pixels[i] = here + ((factor * (2 * here - before - (pixels[i + 4] ?? 0))) >> 8);
        before = here;
      }
    }
  }
}
