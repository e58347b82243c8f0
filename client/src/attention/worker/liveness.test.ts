import { describe, expect, it } from 'vitest';
import type { Lids } from './eyelids.ts';
import { Liveness } from './liveness.ts';
import type { FaceObservables, ObservedFrame } from './observables.ts';

const PICTURE = { light: 0.5, sharpness: 0.03, change: 0.02 };

/** Five seconds at 5 Hz from a class time on; the eyes' yaw in the head and the lids by frame. */
function window(
  fromMs: number,
  eyes: (i: number) => number | null,
  lids: (i: number) => Lids = () => 'open',
): ObservedFrame[] {
  return Array.from({ length: 25 }, (_, i) => {
    const yaw = eyes(i);
    const face = yaw === null ? null : turned(yaw);
    return { tMs: fromMs + i * 200, face, lids: lids(i), picture: PICTURE };
  });
}

function turned(yawDeg: number): FaceObservables {
  const along = { offLensYawDeg: 4, offLensPitchDeg: -8, offLensGazeYawDeg: 4 + yawDeg, offLensGazePitchDeg: -8 };
  return along as FaceObservables;
}

const still = (): number => 0;
const blinking = (i: number): Lids => (i === 10 ? 'blink' : 'open');

describe('signs of life', () => {
  it('are a blink after which the eyes are open again, or eyes that move in the head', () => {
    const blinked = new Liveness();
    blinked.note(window(0, still, blinking));
    expect(blinked.at(5000)).toBe('shown');
    const moved = new Liveness();
    moved.note(window(0, (i) => (i % 10 < 5 ? -6 : 6)));
    expect(moved.at(5000)).toBe('shown');
  });

  it('are waited for, and missing after two minutes', () => {
    const picture = new Liveness();
    for (let fromMs = 0; fromMs < 120_000; fromMs += 5000) {
      expect(picture.at(fromMs)).toBe('not-yet');
      picture.note(window(fromMs, (i) => (i % 2) * 1.5));
    }
    picture.note(window(120_000, still));
    expect(picture.at(125_000)).toBe('none');
  });

  it('are good for two minutes', () => {
    const liveness = new Liveness();
    liveness.note(window(0, still, blinking));
    for (let fromMs = 5000; fromMs < 125_000; fromMs += 5000) liveness.note(window(fromMs, still));
    expect(liveness.at(120_000)).toBe('shown');
    expect(liveness.at(125_000)).toBe('none');
  });

  it('are asked for anew when the face was away: what comes back may be a picture of it', () => {
    const liveness = new Liveness();
    liveness.note(window(0, still, blinking));
    liveness.note(window(5000, (i) => (i < 15 ? null : 0)));
    expect(liveness.at(10_000)).toBe('not-yet');
  });

  it('are no lids that only close', () => {
    const liveness = new Liveness();
    liveness.note(window(0, still, (i) => (i > 20 ? 'blink' : 'open')));
    expect(liveness.at(5000)).toBe('not-yet');
  });
});
