import { describe, expect, it } from 'vitest';
import type { FaceObservables, ObservedFrame } from './observables.ts';
import { WindowCollector } from './window-collector.ts';

const FACE = {
  size: 0.15,
  offLensYawDeg: 0,
  offLensPitchDeg: -8,
  eyeOpenLeft: 0.97,
  eyeOpenRight: 0.97,
  openness: 0.97,
} as FaceObservables;

/** Five frames a second; somebody who is there blinks once a second. */
function fill(collector: WindowCollector, fromMs: number, toMs: number, face: FaceObservables | null = FACE): void {
  for (let tMs = fromMs; tMs < toMs; tMs += 200) {
    const blinks = tMs % 1000 === 400;
    const seen = face !== null && blinks ? { ...face, eyeOpenLeft: 0.1, eyeOpenRight: 0.1, openness: 0.1 } : face;
    const lids = seen !== null && blinks ? 'blink' : 'open';
    const frame: ObservedFrame = { tMs, face: seen, lids, picture: { light: 0.5, sharpness: 0.03, change: 0.01 } };
    collector.add(frame);
  }
}

function started(): WindowCollector {
  const collector = new WindowCollector(5000);
  collector.advance(10_000);
  return collector;
}

describe('windows of the class clock', () => {
  it('closes each window once, with its index and its frames', () => {
    const collector = started();
    fill(collector, 10_000, 15_000);
    expect(collector.endMs).toBe(15_000);
    const closed = collector.advance(15_003);
    expect(closed).toMatchObject({ windowIndex: 2, startMs: 10_000, endMs: 15_000, reason: null });
    expect(closed?.frames).toHaveLength(25);
    expect(collector.advance(15_004)).toBeNull();
  });

  it('forgets the frames of a closed window', () => {
    const collector = started();
    fill(collector, 10_000, 15_000);
    collector.advance(15_000);
    expect(collector.advance(20_000)?.reason).toBe('too-few-frames');
  });

  it('remembers over windows that a face was seen, so that an empty chair counts from then on', () => {
    const collector = started();
    fill(collector, 10_000, 15_000, null);
    expect(collector.advance(15_000)?.reason).toBe('no-face-yet');
    fill(collector, 15_000, 16_000);
    fill(collector, 16_000, 20_000, null);
    collector.advance(20_000);
    fill(collector, 20_000, 25_000, null);
    expect(collector.advance(25_000)).toMatchObject({ windowIndex: 4, reason: null });
  });

  it('gives nothing for windows that the machine slept through', () => {
    const collector = started();
    fill(collector, 10_000, 15_000);
    expect(collector.advance(60_000)).toBeNull();
    expect(collector.endMs).toBe(65_000);
  });

  it('gives nothing before the class began and takes no frame of another window', () => {
    const collector = new WindowCollector(5000);
    expect(collector.advance(-3000)).toBeNull();
    expect(collector.endMs).toBeNull();
    collector.advance(0);
    fill(collector, 5000, 10_000);
    expect(collector.advance(5000)?.reason).toBe('too-few-frames');
  });

  it('adds up hidden stretches and carries a hidden page into the next window', () => {
    const collector = started();
    fill(collector, 10_000, 15_000);
    collector.setPageVisible(false, 13_000);
    expect(collector.advance(15_000)).toMatchObject({ windowIndex: 2, reason: 'page-hidden' });
    // Of what is carried over only the part within the window counts: a second is borne, more is not.
    fill(collector, 15_000, 20_000);
    collector.setPageVisible(true, 15_900);
    expect(collector.advance(20_000)).toMatchObject({ windowIndex: 3, reason: null });
    fill(collector, 20_000, 25_000);
    collector.setPageVisible(false, 24_400);
    expect(collector.advance(25_000)).toMatchObject({ windowIndex: 4, reason: null });
    fill(collector, 25_000, 30_000);
    collector.setPageVisible(true, 25_600);
    collector.setPageVisible(false, 27_000);
    collector.setPageVisible(true, 27_600);
    expect(collector.advance(30_000)).toMatchObject({ windowIndex: 5, reason: 'page-hidden' });
    fill(collector, 30_000, 35_000);
    expect(collector.advance(35_000)).toMatchObject({ windowIndex: 6, reason: null });
  });

  it('makes the whole window unsure when the clock was unsure at any time in it', () => {
    const collector = started();
    fill(collector, 10_000, 15_000);
    collector.noteClock(false);
    collector.noteClock(true);
    expect(collector.advance(15_000)?.reason).toBe('clock-unsure');
    fill(collector, 15_000, 20_000);
    expect(collector.advance(20_000)?.reason).toBeNull();
  });

  it('says camera-ended from the end of the camera on', () => {
    const collector = started();
    collector.endCamera();
    expect(collector.advance(15_000)?.reason).toBe('camera-ended');
    expect(collector.advance(20_000)?.reason).toBe('camera-ended');
  });
});
