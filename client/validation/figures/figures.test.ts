import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headPlacement, poseOf, rotationOf } from '../../src/attention/worker/geometry.ts';
import { countBlinks, f1 } from './blinks.ts';
import { correctedShare } from './class-share.ts';
import type { HeadPose } from '../../src/attention/worker/geometry.ts';
import { angleErrorDeg, betweenDirectionsDeg, geodesicDeg } from './directions.ts';
import {
  abstentionFigure,
  auc,
  aucFigure,
  balancedAccuracy,
  balancedAccuracyFigure,
  ece,
  eceFigure,
} from './judged.ts';
import { bootstrapInterval, meanFigure, valueOf } from './resampling.ts';

const angle = fc.double({ min: -85, max: 85, noNaN: true });
const pose: fc.Arbitrary<HeadPose> = fc.record({ yawDeg: angle, pitchDeg: angle, rollDeg: angle });

describe('directions', () => {
  it('a turn about one axis alone is as far as its angle says', () => {
    const straight = { yawDeg: 0, pitchDeg: 0, rollDeg: 0 };
    expect(geodesicDeg(straight, { ...straight, yawDeg: 30 })).toBeCloseTo(30, 9);
    expect(geodesicDeg(straight, { ...straight, pitchDeg: -20 })).toBeCloseTo(20, 9);
    expect(geodesicDeg(straight, { ...straight, rollDeg: 0.001 })).toBeCloseTo(0.001, 9);
  });

  it('turns about two axes make less than their sum: 60 and 60 degrees are 82.8', () => {
    // Quaternions (cos 30, 0, sin 30, 0) and (cos 30, -sin 30, 0, 0): the product's real part is 3/4.
    const turned = { yawDeg: 60, pitchDeg: 60, rollDeg: 0 };
    expect(geodesicDeg({ yawDeg: 0, pitchDeg: 0, rollDeg: 0 }, turned)).toBeCloseTo(82.8192, 3);
  });

  it('is a distance: the same both ways, zero to itself, never longer by a detour', () => {
    fc.assert(
      fc.property(pose, pose, pose, (a, b, c) => {
        expect(geodesicDeg(a, b)).toBeCloseTo(geodesicDeg(b, a), 8);
        expect(geodesicDeg(a, a)).toBeLessThan(1e-6);
        expect(geodesicDeg(a, c)).toBeLessThanOrEqual(geodesicDeg(a, b) + geodesicDeg(b, c) + 1e-6);
      }),
    );
  });

  it('means by the angles what the worker reads from a matrix', () => {
    // Column-major, turned by 90 degrees of yaw: the face's own z axis points along x, to the subject's left.
    const read = poseOf(headPlacement([0, 0, -1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, -40, 1])!.rotation);
    expect(geodesicDeg(read, { yawDeg: 90, pitchDeg: 0, rollDeg: 0 })).toBeLessThan(1e-6);
    fc.assert(
      fc.property(pose, (turned) => {
        expect(geodesicDeg(poseOf(rotationOf(turned)), turned)).toBeLessThan(1e-6);
      }),
    );
  });

  it('a gaze 3 to the side and 4 up is 5 degrees off, nearly, and 179 and -179 are 2 apart', () => {
    expect(betweenDirectionsDeg({ yawDeg: 0, pitchDeg: 0 }, { yawDeg: 3, pitchDeg: 4 })).toBeCloseTo(4.9985, 3);
    expect(betweenDirectionsDeg({ yawDeg: 180, pitchDeg: 0 }, { yawDeg: 0, pitchDeg: 0 })).toBeCloseTo(180, 6);
    expect(angleErrorDeg(179, -179)).toBeCloseTo(2, 9);
  });
});

describe('scores beside the truth', () => {
  const scores = [0.9, 0.8, 0.3, 0.6, 0.2];
  const truths = [true, true, true, false, false];

  it('balanced accuracy is the mean of both rates', () => {
    expect(balancedAccuracy(scores, truths)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(balancedAccuracy([0.9], [true])).toBeNull();
  });

  it('an abstention is left out or counts as wrong, on its own side', () => {
    const rows = [...scores.map((score, i) => ({ score, truth: truths[i]!, subject: 0 })), gone(true), gone(false)];
    expect(valueOf(balancedAccuracyFigure(rows, { abstentions: 'left out' }), 1)).toBeCloseTo(7 / 12, 12);
    expect(valueOf(balancedAccuracyFigure(rows, { abstentions: 'errors' }), 1)).toBeCloseTo((2 / 4 + 1 / 3) / 2, 12);
    expect(valueOf(abstentionFigure(rows), 1)).toBeCloseTo(2 / 7, 12);
    function gone(truth: boolean) {
      return { score: null, truth, subject: 0 };
    }
  });

  it('AUC counts the pairs that are in order, ties half', () => {
    // 0.9 and 0.8 beat both, 0.3 beats 0.2 alone: 5 of 6.
    expect(auc(scores, truths)).toBeCloseTo(5 / 6, 12);
    expect(auc([0.5, 0.5], [true, false])).toBe(0.5);
    expect(auc([0.5, null], [true, false])).toBeNull();
  });

  it('AUC of a resample is that of the rows repeated', () => {
    const rows = fc.array(
      fc.record({ score: fc.integer({ min: 0, max: 9 }).map((n) => n / 10), truth: fc.boolean(), subject: fc.nat(2) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), (judged, weights) => {
        const repeated = judged.flatMap((row) => Array.from({ length: weights[row.subject]! }, () => row));
        const pairs = repeated.flatMap((a) =>
          repeated
            .filter((b) => a.truth && !b.truth)
            .map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)),
        );
        const expected = pairs.length === 0 ? null : pairs.reduce((sum: number, n) => sum + n, 0) / pairs.length;
        const got = aucFigure(judged)(weights);
        if (expected === null) expect(got).toBeNull();
        else expect(got).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('ECE is the distance of mean score and mean truth, bin by bin', () => {
    // Bins of a half: (0.3, 0.2 | 1, 0) is 0.25 against 0.5; (0.9, 0.8, 0.6 | 1, 1, 0) is 0.7667 against 0.6667.
    expect(ece(scores, truths, { bins: 2, facingShare: null })).toBeCloseTo((2 * 0.25 + 3 * 0.1) / 5, 12);
    expect(ece([1], [true], { bins: 15, facingShare: null })).toBe(0);
    expect(ece([], [], { bins: 15, facingShare: null })).toBeNull();
  });

  it('ECE at a share of facing is that of data which have this share', () => {
    const few = { scores: [0.9, 0.4, 0.1], truths: [true, false, false] };
    const asIfHalf = { scores: [0.9, 0.9, 0.4, 0.1], truths: [true, true, false, false] };
    expect(ece(few.scores, few.truths, { bins: 15, facingShare: 0.5 })).toBeCloseTo(
      ece(asIfHalf.scores, asIfHalf.truths, { bins: 15, facingShare: null })!,
      12,
    );
    expect(ece([0.9], [true], { bins: 15, facingShare: 0.5 })).toBeNull();
  });

  it('somebody who is always told the base rate is calibrated, and tells nothing', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ score: 0.3, truth: i < 30, subject: i }));
    expect(valueOf(eceFigure(rows, { bins: 15, facingShare: null }), 100)).toBeCloseTo(0, 12);
    expect(valueOf(aucFigure(rows), 100)).toBe(0.5);
  });
});

describe('blinks', () => {
  const frames = (said: string, truth: string, step = 1) =>
    truth.split('').map((mark, i) => ({ frame: i * step, said: said[i] === 'x', truth: mark === 'x' }));

  it.each([
    ['overlapping', '..xx......', '...xx.....', { found: 1, invented: 0, missed: 0 }],
    ['one frame late', '....x.....', '..xx......', { found: 1, invented: 0, missed: 0 }],
    ['two frames late', '.....x....', '..xx......', { found: 0, invented: 1, missed: 1 }],
    ['one for two: used once', '..xxxxx...', '..x...x...', { found: 1, invented: 0, missed: 1 }],
    ['two for two', '.x....x...', '.x.....x..', { found: 2, invented: 0, missed: 0 }],
    ['none at all', '..........', '..........', { found: 0, invented: 0, missed: 0 }],
  ])('%s', (_, said, truth, expected) => {
    expect(countBlinks(frames(said, truth))).toEqual(expected);
    // Every third frame looked at, in any order.
    expect(countBlinks(frames(said, truth, 3).reverse())).toEqual(expected);
  });

  it('does not join what lies on both sides of a gap', () => {
    const apart = [0, 1, 2, 10, 11].map((frame) => ({ frame, said: false, truth: frame === 2 || frame === 10 }));
    expect(countBlinks(apart)).toEqual({ found: 0, invented: 0, missed: 2 });
  });

  it('leaves out frames of which nothing is said, and lets the others keep their places', () => {
    // A face that is found in every fifth look: what lies five frames apart is not one blink.
    const seldom = Array.from({ length: 21 }, (_, frame) => ({
      frame,
      said: frame % 5 === 0 ? frame === 10 : null,
      truth: frame === 5 || frame === 10 || frame === 12,
    }));
    expect(countBlinks(seldom)).toEqual({ found: 1, invented: 0, missed: 1 });
    expect(countBlinks(seldom.map((each) => ({ ...each, said: each.said === true })))).toEqual({
      found: 1,
      invented: 0,
      missed: 2,
    });
  });

  it('F1 is the harmonic mean of precision and recall', () => {
    expect(f1({ found: 6, invented: 2, missed: 4 })).toBeCloseTo((2 * 0.75 * 0.6) / 1.35, 12);
    expect(f1({ found: 0, invented: 0, missed: 0 })).toBeNull();
  });
});

describe('the share of a class', () => {
  it('comes back from the called share, whatever the rates', () => {
    const rate = fc.double({ min: 0.55, max: 1, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, rate, rate, (truth, sensitivity, specificity) => {
        const called = truth * sensitivity + (1 - truth) * (1 - specificity);
        expect(correctedShare(called, { sensitivity, specificity })).toBeCloseTo(truth, 9);
      }),
    );
  });

  it('is nothing where the calls tell nothing, and stays a share', () => {
    expect(correctedShare(0.4, { sensitivity: 0.5, specificity: 0.5 })).toBeNull();
    expect(correctedShare(0.02, { sensitivity: 0.9, specificity: 0.9 })).toBe(0);
  });
});

describe('the interval', () => {
  const rows = Array.from({ length: 400 }, (_, i) => ({ subject: i % 20, value: (i % 20) + (i % 7) }));
  const figure = meanFigure(rows, ({ value }) => value);
  const among = Array.from({ length: 20 }, (_, i) => i);

  it('holds the value, comes again with the same seed, and follows subjects and not rows', () => {
    const interval = bootstrapInterval(figure, among, { resamples: 1000, seed: 1 })!;
    const value = valueOf(figure, 20)!;
    expect(interval.low).toBeLessThan(value);
    expect(interval.high).toBeGreaterThan(value);
    expect(bootstrapInterval(figure, among, { resamples: 1000, seed: 1 })).toEqual(interval);
    // The standard error of 20 subjects' means (0..19, sd 5.77): 1.29. Of 400 rows it would be 0.3.
    expect(interval.high - interval.low).toBeGreaterThan(3.92 * 1.29 * 0.85);
    expect(interval.high - interval.low).toBeLessThan(3.92 * 1.29 * 1.15);
  });

  it('is none with fewer than five subjects, or without a value', () => {
    expect(bootstrapInterval(figure, among.slice(0, 4), { resamples: 100, seed: 1 })).toBeNull();
    expect(bootstrapInterval(() => null, among, { resamples: 100, seed: 1 })).toBeNull();
  });
});
