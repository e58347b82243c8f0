import { afterEach, describe, expect, it, vi } from 'vitest';
import { DeviceError, deviceErrorOf, loudness, openDevice } from './devices.ts';
import { TestTrack } from './test-media.ts';

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

describe('openDevice', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** A browser that gives any microphone, and says this when it is asked for one by its id. */
  function browser(refusal: string): MediaStreamTrack {
    const any = TestTrack.of('audio');
    const getUserMedia = ({ audio }: { audio: MediaTrackConstraints }) =>
      audio.deviceId === undefined
        ? Promise.resolve({ getVideoTracks: () => [], getAudioTracks: () => [any] })
        : Promise.reject(new DOMException('', refusal));
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
    return any;
  }

  it.each(['OverconstrainedError', 'NotFoundError'])(
    'opens any other one when the one asked for has gone: %s',
    (gone) => {
      const any = browser(gone);
      return expect(openDevice('microphone', 'unplugged')).resolves.toBe(any);
    },
  );

  it('opens no other one when that was refused', async () => {
    browser('NotAllowedError');
    await expect(openDevice('microphone', 'refused')).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('loudness', () => {
  it('goes from silence to full scale', () => {
    expect(loudness(new Float32Array(1024))).toBe(0);
    expect(loudness(new Float32Array(1024).fill(1))).toBe(1);
    expect(loudness(new Float32Array(1024).fill(0.1))).toBeCloseTo(2 / 3, 5);
  });
});
