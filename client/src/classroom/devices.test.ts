import { describe, expect, it } from 'vitest';
import { DeviceError, deviceErrorOf, loudness } from './devices.ts';

describe('deviceErrorOf', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'none'],
    ['NotReadableError', 'in-use'],
    ['AbortError', 'in-use'],
    ['OverconstrainedError', 'overconstrained'],
    ['SecurityError', 'insecure'],
    ['SomethingElse', 'unknown'],
  ])('says %s in one word: %s', (name, kind) => {
    expect(deviceErrorOf(new DOMException('', name)).kind).toBe(kind);
  });

  it('leaves its own errors as they are', () => {
    const error = new DeviceError('none');
    expect(deviceErrorOf(error)).toBe(error);
  });
});

describe('loudness', () => {
  it('goes from silence to full scale', () => {
    expect(loudness(new Float32Array(1024))).toBe(0);
    expect(loudness(new Float32Array(1024).fill(1))).toBe(1);
    expect(loudness(new Float32Array(1024).fill(0.1))).toBeCloseTo(2 / 3, 5);
  });
});
