import { describe, expect, it } from 'vitest';
import { NOBODY } from '../acting/frame-truth.ts';
import { CLIP_KINDS } from '../acting/scripts.ts';
import { clipName, planClip, type ClipSpec } from './clip.ts';
import { CLASS_KINDS, clipsOf } from './dataset.ts';
import { identitiesOf } from './design.ts';
import { TRUTH_HEADER, truthLine } from './truth-table.ts';

const SPEC: ClipSpec = { family: 'ict', identity: 12, clip: 3, kind: 'mixed', part: 'train' };

describe('the plan of a clip', () => {
  it('is the same whenever it is made, and another for another clip', () => {
    expect(planClip(SPEC)).toEqual(planClip(SPEC));
    expect(planClip({ ...SPEC, clip: 4 }).scene).not.toEqual(planClip(SPEC).scene);
    expect(planClip({ ...SPEC, family: 'canonical' }).scene).not.toEqual(planClip(SPEC).scene);
  });

  it('can be made for every kind', () => {
    for (const kind of CLIP_KINDS) {
      const plan = planClip({ ...SPEC, kind });
      expect(plan.timesMs.length, kind).toBeGreaterThan(20);
      expect(
        plan.timesMs.every((tMs, i) => i === 0 || tMs > (plan.timesMs[i - 1] ?? 0)),
        kind,
      ).toBe(true);
    }
    expect(planClip({ ...SPEC, kind: 'dark' }).groups.light).toBe('dark');
    expect(planClip({ ...SPEC, kind: 'declared' }).scene.declared).not.toBeNull();
    expect(planClip({ ...SPEC, kind: 'frozen' }).frozenFromMs).not.toBeNull();
  });

  it('shows each identity in each of the three lights', () => {
    for (const identity of identitiesOf('test', 20)) {
      const lights = [0, 1, 2].map((clip) => planClip({ ...SPEC, part: 'test', identity, clip }).groups.light);
      expect(new Set(lights)).toEqual(new Set(['even', 'harsh', 'dim']));
    }
  });

  it('keeps a punctual camera to its rate', () => {
    const { timesMs } = planClip({ ...SPEC, hz: 8, seconds: 10, punctual: true });
    expect(timesMs).toHaveLength(80);
    expect(timesMs[8]).toBe(1000);
  });
});

describe('the clips of a data set', () => {
  const spec = { family: 'ict', part: 'test', clipsPerIdentity: 5, kinds: CLASS_KINDS } as const;

  it('have a name each and use every kind', () => {
    const clips = clipsOf({ ...spec, identities: identitiesOf('test', 20) });
    expect(new Set(clips.map(clipName)).size).toBe(100);
    expect(new Set(clips.map(({ kind }) => kind))).toEqual(new Set(CLASS_KINDS));
  });

  it('are refused of identities of another part', () => {
    expect(() => clipsOf({ ...spec, part: 'train', identities: [0, 17] })).toThrow(/identity 17 belongs to test/);
  });
});

describe('a line of the truth', () => {
  it('has a value for each column, and none where nobody is', () => {
    const { groups } = planClip(SPEC);
    const nobody = { ...NOBODY, tMs: 0 };
    const line = truthLine('0012-03-mixed', 7, 'ict:12', groups, nobody).split(',');
    expect(line).toHaveLength(TRUTH_HEADER.split(',').length);
    expect(line.slice(0, 3)).toEqual(['0012-03-mixed', '7', 'ict:12']);
    expect(line.slice(8)).toEqual(['', '', '', '', '', '', '0']);
  });
});
