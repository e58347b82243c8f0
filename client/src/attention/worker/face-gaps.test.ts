import { describe, expect, it } from 'vitest';
import { bridgeGaps, LONGEST_GAP_MS } from './face-gaps.ts';
import type { JudgedFrame } from './features.ts';

const FACING = { hasFace: true, facing: 0.9, down: 0.05 };
const ASIDE = { hasFace: true, facing: 0.1, down: 0.2 };
const MISSED = { hasFace: false, facing: 0, down: 0 };

/** Five looks a second. */
function looks(...frames: readonly Omit<JudgedFrame, 'tMs'>[]): JudgedFrame[] {
  return frames.map((frame, i) => ({ tMs: 10_000 + 200 * i, ...frame }));
}

function judgedAs(frames: readonly JudgedFrame[]): Omit<JudgedFrame, 'tMs'>[] {
  return frames.map(({ tMs: _, ...frame }) => frame);
}

describe('a gap between two faces', () => {
  it('counts as the faces around it where both face the screen', () => {
    const frames = looks(FACING, MISSED, MISSED, { ...FACING, facing: 0.8 });
    const between = { ...FACING, facing: 0.8 };
    expect(bridgeGaps(frames, null)).toEqual(looks(FACING, between, between, between));
  });

  it('counts as aside where one of them is', () => {
    const between = { hasFace: true, facing: 0.1, down: 0.05 };
    expect(judgedAs(bridgeGaps(looks(FACING, MISSED, ASIDE), null))).toEqual([FACING, between, ASIDE]);
    expect(judgedAs(bridgeGaps(looks(ASIDE, MISSED, FACING), null))).toEqual([ASIDE, between, FACING]);
  });

  it('may have begun in the window before', () => {
    const frames = looks(MISSED, FACING);
    const before = (tMs: number): JudgedFrame => ({ tMs, ...FACING });
    expect(judgedAs(bridgeGaps(frames, before(10_200 - LONGEST_GAP_MS)))).toEqual([FACING, FACING]);
    expect(bridgeGaps(frames, before(10_199 - LONGEST_GAP_MS))).toEqual(frames);
  });

  it('is none where the clock was set back', () => {
    const frames = looks(MISSED, FACING);
    expect(bridgeGaps(frames, { tMs: 40_000, ...FACING })).toEqual(frames);
  });

  it('that nothing ends or begins, or that lasts for longer, is an absence', () => {
    const left = looks(FACING, MISSED, MISSED);
    expect(bridgeGaps(left, null)).toEqual(left);
    const came = looks(MISSED, FACING);
    expect(bridgeGaps(came, null)).toEqual(came);
    const missed = (looks: number) => Array.from({ length: looks }, () => MISSED);
    const long = looks(FACING, ...missed(LONGEST_GAP_MS / 200), FACING);
    expect(bridgeGaps(long, null)).toEqual(long);
    expect(bridgeGaps(looks(FACING, ...missed(LONGEST_GAP_MS / 200 - 1), FACING), null)).not.toContainEqual(
      expect.objectContaining({ hasFace: false }),
    );
  });
});
