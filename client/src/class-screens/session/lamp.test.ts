import { describe, expect, it } from 'vitest';
import { lampLight, lampWords, type LampFacts } from './lamp.ts';

const facts = (changes: Partial<LampFacts>): LampFacts => ({
  signal: 'camera-off',
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
    expect(lampWords(facts({ signal: 'starting' }))).toBe('device-only');
  });

  it('says "taking part" even while a preview is open', () => {
    expect(lampWords(facts({ signal: 'taking-part', cameraPreviewed: true }))).toBe('taking-part');
  });

  it('never claims less than what is so: a camera on the stage is seen by the class', () => {
    for (const signal of ['camera-off', 'starting', 'downloading', 'taking-part', 'unavailable'] as const)
      expect(lampWords(facts({ signal, cameraPublished: true }))).toBe('shown-to-class');
  });

  it('says why nothing is measured', () => {
    expect(lampWords(facts({ signal: 'unavailable' }))).toBe('unavailable');
    expect(lampLight('unavailable')).toBe('problem');
  });
});
