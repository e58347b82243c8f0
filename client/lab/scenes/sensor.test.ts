import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { Sensor } from './sensor.ts';
import { drawWebcam, type Webcam } from './webcam.ts';

const WEBCAM: Webcam = {
  ...drawWebcam(seeded(1), false, 'even'),
  width: 160,
  height: 120,
  exposureTarget: 0.2,
  faceWeight: 0.5,
  whiteBalance: [1, 1, 1],
  contrast: 1,
  saturation: 1,
  vignetting: 0,
  sharpening: 0,
  maxGain: 16,
};

/** A picture of even light, as a renderer with this gain gives it. */
function picture(light: number, gain: number): Uint8ClampedArray {
  const value = Math.min(1, light * gain);
  const level = 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
  return new Uint8ClampedArray(WEBCAM.width * WEBCAM.height * 4).fill(level);
}

function settled(light: number): Sensor {
  const sensor = new Sensor(WEBCAM, 1);
  for (let i = 0; i < 10; i++) sensor.meter(picture(light, sensor.gain), i * 100, null);
  return sensor;
}

function spread(pixels: Uint8ClampedArray): number {
  const reds = pixels.filter((_, i) => i % 4 === 0);
  const mean = reds.reduce((sum, value) => sum + value, 0) / reds.length;
  return Math.sqrt(reds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / reds.length);
}

describe('the sensor', () => {
  it('exposes what there is to the brightness that the camera wants, within its gain', () => {
    expect(settled(0.4).gain * 0.4).toBeCloseTo(0.2, 1);
    expect(settled(0.05).gain * 0.05).toBeCloseTo(0.2, 1);
    expect(settled(0.0005).gain).toBe(16);
  });

  it('follows a change of light within seconds, not at once', () => {
    const sensor = settled(0.4);
    const before = sensor.gain;
    sensor.meter(picture(0.1, sensor.gain), 1000, null);
    expect(sensor.gain).toBeGreaterThan(before * 1.1);
    expect(sensor.gain).toBeLessThan(before * 3);
    for (let tMs = 1100; tMs < 6000; tMs += 100) sensor.meter(picture(0.1, sensor.gain), tMs, null);
    expect(sensor.gain / before).toBeCloseTo(4, 0);
  });

  it('is noisier where light is scarce, and no two pictures are the same', () => {
    const noise = (light: number): number => {
      const sensor = settled(light);
      const pixels = picture(light, sensor.gain);
      sensor.develop(pixels);
      return spread(pixels);
    };
    expect(noise(0.4)).toBeGreaterThan(0.4);
    expect(noise(0.02)).toBeGreaterThan(2 * noise(0.4));
    const sensor = settled(0.2);
    const [one, other] = [picture(0.2, sensor.gain), picture(0.2, sensor.gain)];
    sensor.develop(one);
    sensor.develop(other);
    expect(one).not.toEqual(other);
  });

  it('exposes for a dark face in a bright room, part of the way', () => {
    const sensor = new Sensor(WEBCAM, 1);
    for (let i = 0; i < 10; i++) {
      const pixels = picture(0.5, sensor.gain);
      const dark = picture(0.03, sensor.gain)[0] ?? 0;
      for (let y = 40; y < 80; y++) pixels.fill(dark, (y * 160 + 60) * 4, (y * 160 + 100) * 4);
      sensor.meter(pixels, i * 100, { x: 0.5, y: 0.5, radius: 0.1 });
    }
    expect(sensor.gain).toBeGreaterThan(1.3 * settled(0.5).gain);
  });
});
