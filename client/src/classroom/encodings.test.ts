import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraEncodings, producerOptions } from './encodings.ts';
import { TestTrack } from './test-media.ts';

const lines = (heightPx: number): number[] =>
  cameraEncodings(heightPx).map(({ scaleResolutionDownBy = 1 }) => Math.round(heightPx / scaleResolutionDownBy));

describe('cameraEncodings', () => {
  it('sends 180, 360 and 720 lines of a camera that has them', () => {
    expect(lines(720)).toEqual([180, 360, 720]);
    expect(lines(1080)).toEqual([180, 360, 720]);
  });

  it('leaves out rungs too close to what the camera gives', () => {
    expect(lines(480)).toEqual([180, 480]);
    expect(lines(360)).toEqual([180, 360]);
    expect(lines(240)).toEqual([240]);
  });

  it('always grows in lines and bits, and never enlarges a picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 90, max: 4320 }), (heightPx) => {
        const encodings = cameraEncodings(heightPx);
        expect(encodings.length).toBeGreaterThan(0);
        for (const { scaleResolutionDownBy = 0 } of encodings) expect(scaleResolutionDownBy).toBeGreaterThanOrEqual(1);
        const bits = encodings.map(({ maxBitrate = 0 }) => maxBitrate);
        expect(bits).toEqual([...bits].sort((a, b) => a - b));
        expect(lines(heightPx)).toEqual([...lines(heightPx)].sort((a, b) => a - b));
      }),
    );
  });
});

describe.each(['microphone', 'screen-audio'] as const)('a %s', (source) => {
  it.each([20, 60] as const)(
    'is silent on the wire in pauses, and sends packets of %i ms where the class asks for them',
    (ms) => {
      const { codecOptions } = producerOptions(source, TestTrack.of('audio'), ms);
      expect(codecOptions).toMatchObject({ opusDtx: true, opusPtime: ms });
    },
  );
});

it('keeps the sound of a screen in stereo, at a rate for music', () => {
  const { codecOptions } = producerOptions('screen-audio', TestTrack.of('audio'), 60);
  expect(codecOptions).toMatchObject({ opusStereo: true, opusMaxAverageBitrate: 128_000 });
});
