import { describe, expect, it } from 'vitest';
import { Eyelids } from './eyelids.ts';
import { eyeWeights } from './gaze.ts';
import { Liveness } from './liveness.ts';
import { logOddsOf, probabilityOf } from './log-odds.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';

const PICTURE = { light: 0.5, sharpness: 0.03, change: 0.02 };
const FACE = { offLensYawDeg: 4, offLensPitchDeg: -8, eyeOpenLeft: 0.98, eyeOpenRight: 0.97, size: 0.12 };

/** Five seconds at 5 Hz from a class time on, with a face that is as said; null for none. */
function window(fromMs: number, face: (i: number) => Partial<FaceObservables> | null): ObservedFrame[] {
  const eyelids = new Eyelids();
  return Array.from({ length: 25 }, (_, i) => {
    const tMs = fromMs + i * 200;
    const differs = face(i);
    if (differs === null) return { tMs, face: null, lids: 'open', picture: PICTURE };
    const { eyeOpenLeft, eyeOpenRight, offLensYawDeg } = { ...FACE, ...differs };
    const weights = eyeWeights(offLensYawDeg);
    const openness = probabilityOf(weights.left * logOddsOf(eyeOpenLeft) + weights.right * logOddsOf(eyeOpenRight));
    const seen = { ...FACE, ...differs, openness } as FaceObservables;
    return { tMs, face: seen, lids: eyelids.note(tMs, openness), picture: PICTURE };
  });
}

const still = (): Partial<FaceObservables> => ({});
const blinking = (i: number): Partial<FaceObservables> => (i === 10 ? { eyeOpenLeft: 0.3, eyeOpenRight: 0.25 } : {});

function isShown(face: (i: number) => Partial<FaceObservables>): boolean {
  const liveness = new Liveness();
  liveness.note(window(0, face));
  return liveness.isShownAt(5000);
}

describe('signs of life', () => {
  it('are lids that close, and a head that turns', () => {
    expect(isShown(still)).toBe(false);
    expect(isShown(blinking)).toBe(true);
    expect(isShown((i) => ({ offLensYawDeg: i < 12 ? 0 : 9 }))).toBe(true);
    expect(isShown((i) => ({ offLensPitchDeg: i < 12 ? -8 : -19 }))).toBe(true);
  });

  it('are neither the trembling of a hand that holds a photograph, nor one eye that is misread', () => {
    expect(isShown((i) => ({ offLensYawDeg: (i % 3) * 2, offLensPitchDeg: (i % 4) * 2 }))).toBe(false);
    expect(isShown((i) => ({ eyeOpenLeft: i % 5 === 0 ? 0.1 : 0.98 }))).toBe(false);
  });

  it('are not the closed eyes of a picture', () => {
    expect(isShown(() => ({ eyeOpenLeft: 0.1, eyeOpenRight: 0.12 }))).toBe(false);
  });

  it('are taken from the eye that is seen of a turned head', () => {
    const turnedLeft = (i: number): Partial<FaceObservables> => ({
      offLensYawDeg: 45,
      ...(i === 10 ? { eyeOpenRight: 0.05 } : {}),
    });
    expect(isShown(turnedLeft)).toBe(true);
    expect(isShown((i) => ({ ...turnedLeft(i), offLensYawDeg: -45 }))).toBe(false);
  });

  it('must be plainer in a face of a few pixels', () => {
    const half = (i: number): Partial<FaceObservables> => (i === 10 ? { eyeOpenLeft: 0.72, eyeOpenRight: 0.7 } : {});
    expect(isShown(half)).toBe(true);
    expect(isShown((i) => ({ size: 0.05, ...half(i) }))).toBe(false);
    expect(isShown((i) => ({ size: 0.05, ...blinking(i) }))).toBe(true);
  });

  it('are good for a minute', () => {
    const liveness = new Liveness();
    liveness.note(window(0, blinking));
    for (let fromMs = 5000; fromMs < 65_000; fromMs += 5000) liveness.note(window(fromMs, still));
    expect(liveness.isShownAt(60_000)).toBe(true);
    expect(liveness.isShownAt(65_000)).toBe(false);
    liveness.note(window(65_000, blinking));
    expect(liveness.isShownAt(70_000)).toBe(true);
  });

  it('are asked for anew when the face was away: what comes back may be a picture of it', () => {
    const liveness = new Liveness();
    liveness.note(window(0, blinking));
    liveness.note(window(15_000, still));
    expect(liveness.isShownAt(20_000)).toBe(true);
    liveness.note(window(40_000, still));
    expect(liveness.isShownAt(45_000)).toBe(false);
    liveness.note(window(45_000, blinking));
    expect(liveness.isShownAt(50_000)).toBe(true);
  });
});
