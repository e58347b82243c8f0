import { describe, expect, it } from 'vitest';
import { abstainReason, type FaceBefore, type WindowCircumstances } from './abstain-rules.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';

const FACE = { size: 0.15 } as FaceObservables;
const BRIGHT = { light: 0.5, sharpness: 0.03, change: 0.02 };
const SMALL_FACE = { size: 0.05 } as FaceObservables;
const NOW: WindowCircumstances = {
  clockSure: true,
  hiddenMs: 0,
  cameraEnded: false,
  faceBefore: faceBefore(0.15),
  faceCounts: [1, 1, 1],
  alive: true,
  windowMs: 5000,
};

/** Seen long before. */
function faceBefore(size: number): FaceBefore {
  return { tMs: -60_000, size };
}

function frames(count: number, frame: Partial<ObservedFrame> = {}): ObservedFrame[] {
  return Array.from({ length: count }, (_, i) => ({
    tMs: (i * 5000) / count,
    face: FACE,
    lids: 'open',
    picture: BRIGHT,
    ...frame,
  }));
}

describe('when a window abstains', () => {
  it('scores a face in good light, and an empty chair once a face was seen', () => {
    expect(abstainReason(frames(25), NOW)).toBeNull();
    expect(abstainReason(frames(25, { face: null }), NOW)).toBeNull();
  });

  it('abstains before any face was seen', () => {
    expect(abstainReason(frames(25, { face: null }), { ...NOW, faceBefore: null })).toBe('no-face-yet');
  });

  it('abstains with too few frames, or with all of them in one corner of the window', () => {
    expect(abstainReason([], NOW)).toBe('too-few-frames');
    expect(abstainReason(frames(5), NOW)).toBe('too-few-frames');
    const hasty = frames(20).map((frame, i) => ({ ...frame, tMs: i * 50 }));
    expect(abstainReason(hasty, NOW)).toBe('too-few-frames');
  });

  it('abstains in the dark, whether or not a face was guessed there', () => {
    const dark = { ...BRIGHT, light: 0.03 };
    expect(abstainReason(frames(25, { picture: dark }), NOW)).toBe('too-dark');
    expect(abstainReason(frames(25, { picture: dark, face: null }), NOW)).toBe('too-dark');
  });

  it('takes a dim room with a face as seen, and without one as dark rather than as empty', () => {
    const dim = { ...BRIGHT, light: 0.1 };
    expect(abstainReason(frames(25, { picture: dim }), NOW)).toBeNull();
    expect(abstainReason(frames(25, { picture: dim, face: null }), NOW)).toBe('too-dark');
  });

  it('does not take a dim room for dark, nor a picture for a person, where the face is missed for moments', () => {
    const flickering = (light: number): ObservedFrame[] =>
      frames(25, { picture: { ...BRIGHT, light } }).map((frame, i) => (i % 3 === 0 ? frame : { ...frame, face: null }));
    expect(abstainReason(flickering(0.1), NOW)).toBeNull();
    expect(abstainReason(flickering(0.03), NOW)).toBe('too-dark');
    expect(abstainReason(flickering(0.5), { ...NOW, alive: false })).toBe('no-life-yet');
  });

  it('abstains when the page was hidden for more than a fifth of the window', () => {
    expect(abstainReason(frames(25), { ...NOW, hiddenMs: 1001 })).toBe('page-hidden');
    expect(abstainReason(frames(25), { ...NOW, hiddenMs: 1000 })).toBeNull();
  });

  it('abstains for a face of a few pixels', () => {
    expect(abstainReason(frames(25, { face: { ...FACE, size: 0.02 } }), NOW)).toBe('face-too-small');
  });

  it('does not take a face that is hardly big enough for gone when it is missing', () => {
    const lost = (size: number): ObservedFrame[] =>
      frames(25).map((frame, i) => ({ ...frame, face: i < 15 ? ({ size } as FaceObservables) : null }));
    expect(abstainReason(lost(0.05), NOW)).toBe('face-too-small');
    expect(abstainReason(lost(0.15), NOW)).toBeNull();
    expect(abstainReason(frames(25, { face: null }), { ...NOW, faceBefore: faceBefore(0.05) })).toBe('face-too-small');
    expect(abstainReason(frames(25), { ...NOW, faceBefore: faceBefore(0.05) })).toBeNull();
  });

  it('takes a small face that is missed between two looks for there', () => {
    const flickering = frames(25).map((frame, i) => ({ ...frame, face: i % 12 === 0 ? SMALL_FACE : null }));
    expect(abstainReason(flickering, NOW)).toBeNull();
  });

  it('abstains in company, not for somebody who walks past', () => {
    expect(abstainReason(frames(25), { ...NOW, faceCounts: [2, 2, 1, 2, 2] })).toBe('several-faces');
    expect(abstainReason(frames(25), { ...NOW, faceCounts: [1, 2, 1, 1, 1] })).toBeNull();
    expect(abstainReason(frames(25), { ...NOW, faceCounts: [2] })).toBeNull();
  });

  it('abstains for a picture that repeats itself, not for a person who sits still', () => {
    expect(abstainReason(frames(25, { picture: { ...BRIGHT, change: 0 } }), NOW)).toBe('static-picture');
    expect(abstainReason(frames(25, { picture: { ...BRIGHT, change: 0.002 } }), NOW)).toBeNull();
  });

  it('waits for a sign of life where there is a face', () => {
    expect(abstainReason(frames(25), { ...NOW, alive: false })).toBe('no-life-yet');
    expect(abstainReason(frames(25, { face: null }), { ...NOW, alive: false })).toBeNull();
    // Where the face is mostly missing, its absence is what the window says.
    const away = frames(25).map((frame, i) => (i < 15 ? { ...frame, face: null } : frame));
    expect(abstainReason(away, { ...NOW, alive: false })).toBeNull();
  });

  it('names the ended camera and the unsure clock before anything else', () => {
    expect(abstainReason([], { ...NOW, cameraEnded: true, clockSure: false })).toBe('camera-ended');
    expect(abstainReason([], { ...NOW, clockSure: false })).toBe('clock-unsure');
    expect(abstainReason([], { ...NOW, hiddenMs: 5000 })).toBe('page-hidden');
  });
});
