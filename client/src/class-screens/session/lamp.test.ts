import { describe, expect, it } from 'vitest';
import { lampLight, lampWords, type LampFacts } from './lamp.ts';

const facts = (changes: Partial<LampFacts>): LampFacts => ({
  measuring: 'off',
  contributes: true,
  cameraMuted: false,
  unclear: false,
  cameraPublished: false,
  cameraPreviewed: false,
  ...changes,
});

describe('lampWords', () => {
  it('says that the camera is off when nothing uses it', () => {
    expect(lampWords(facts({}))).toBe('camera-off');
  });

  it('says "this device only" for a preview and before anything is sent', () => {
    expect(lampWords(facts({ cameraPreviewed: true }))).toBe('device-only');
    expect(lampWords(facts({ measuring: 'starting' }))).toBe('device-only');
  });

  it('says "taking part" even while a preview is open', () => {
    expect(lampWords(facts({ measuring: 'measuring', cameraPreviewed: true }))).toBe('taking-part');
  });

  it('never claims less than what is so: a camera on the stage is seen by the class', () => {
    for (const measuring of ['off', 'starting', 'downloading', 'measuring', 'paused', 'unavailable'] as const)
      expect(lampWords(facts({ measuring, cameraPublished: true }))).toBe('shown-to-class');
  });

  it('says "this device only" where all that is measured stays here', () => {
    expect(lampWords(facts({ measuring: 'measuring', contributes: false }))).toBe('device-only');
    expect(lampLight('device-only')).toBe('waiting');
  });

  it('says that the camera gives no picture, whatever it is measured for, and only once measuring runs', () => {
    for (const contributes of [true, false])
      expect(lampWords(facts({ measuring: 'measuring', contributes, cameraMuted: true }))).toBe('no-picture');
    expect(lampWords(facts({ measuring: 'downloading', cameraMuted: true }))).toBe('downloading');
    expect(lampWords(facts({ measuring: 'measuring', cameraMuted: true, cameraPublished: true }))).toBe(
      'shown-to-class',
    );
    expect(lampLight('no-picture')).toBe('problem');
  });

  it('says that nothing can be told, unless the class sees the camera or it gives no picture', () => {
    for (const contributes of [true, false])
      expect(lampWords(facts({ measuring: 'measuring', contributes, unclear: true }))).toBe('unclear');
    expect(lampWords(facts({ measuring: 'measuring', unclear: true, cameraMuted: true }))).toBe('no-picture');
    expect(lampWords(facts({ measuring: 'measuring', unclear: true, cameraPublished: true }))).toBe('shown-to-class');
    expect(lampLight('unclear')).toBe('problem');
  });

  it('says why nothing is measured', () => {
    expect(lampWords(facts({ measuring: 'paused' }))).toBe('paused');
    expect(lampWords(facts({ measuring: 'unavailable' }))).toBe('unavailable');
    expect(lampLight('unavailable')).toBe('problem');
  });
});
