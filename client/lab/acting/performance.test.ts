import { Euler, Quaternion, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { LIGHT_GROUPS } from '../scenes/light-groups.ts';
import { deskPoint, drawScene, seatOf, type SceneSpec } from '../scenes/scene.ts';
import { pointOn, SCREEN_MARGIN_CM } from '../scenes/screen-plane.ts';
import { BEHAVIOURS, type Behaviour } from './behaviours.ts';
import { anglesOf, DEG, direction, headAngles, lookedAt, truthOf } from './frame-truth.ts';
import { Performance, type Moment } from './performance.ts';
import { CLIP_KINDS, writeScript } from './scripts.ts';

const EYES_OFF_PIVOT = new Vector3(0, 6, 9);

function scene(seed: number, declared: 'left' | null = null): SceneSpec {
  return drawScene(seed, seeded(seed), { lightGroup: LIGHT_GROUPS[seed % 3]!, declared });
}

function act(seed: number, behaviour: Behaviour, lengthMs: number, stepMs = 100, where = scene(seed)): Moment[] {
  const script = [{ behaviour, posture: 'upright' as const, lengthMs: lengthMs * 2 }];
  const performance = new Performance(where, script, EYES_OFF_PIVOT, seeded(seed + 1));
  return Array.from({ length: Math.floor(lengthMs / stepMs) }, (_, i) => performance.at(i * stepMs));
}

function share(moments: readonly Moment[], matches: (moment: Moment) => boolean): number {
  return moments.filter(matches).length / moments.length;
}

/** A face with the eyes there, that looks at a point with the head turned half of the way. */
function looking(from: Vector3, at: Vector3) {
  const gaze = at.clone().sub(from).normalize();
  const { yawDeg, pitchDeg } = anglesOf(gaze);
  const head = new Quaternion().setFromEuler(new Euler(-pitchDeg / 2 / DEG, yawDeg / 2 / DEG, 0.1, 'YXZ'));
  return { eyes: from, head, gaze, lids: { closed: 0, blink: 0 } };
}

describe('the truth of a frame', () => {
  it('lets the gaze of who looks into the lens run from the eyes to the origin, from anywhere', () => {
    const random = seeded(5);
    for (let i = 0; i < 50; i++) {
      const where = scene(i);
      const eyes = seatOf(where).add(new Vector3(random.normal(3), random.normal(3), random.normal(3)));
      const truth = truthOf(0, where, looking(eyes, new Vector3()));
      const gaze = direction(truth.gazeYawDeg!, truth.gazePitchDeg!);
      expect(eyes.clone().addScaledVector(gaze, eyes.length()).length()).toBeLessThan(1e-9);
    }
  });

  it('turns from facing to not where the visual axis leaves the edge by 3 cm', () => {
    for (let i = 0; i < 40; i++) {
      const where = scene(i);
      const eyes = seatOf(where);
      const { halfWidthCm, halfHeightCm } = where.classScreen;
      for (const [along, up] of [
        [1, 0.3],
        [-1, -0.3],
        [0.2, 1],
        [0.1, -1],
      ] as const) {
        const past = (cm: number): Vector3 =>
          pointOn(
            where.classScreen,
            Math.abs(along) === 1 ? along * (1 + cm / halfWidthCm) : along,
            Math.abs(up) === 1 ? up * (1 + cm / halfHeightCm) : up,
          );
        expect(truthOf(0, where, looking(eyes, past(SCREEN_MARGIN_CM - 0.05))).facing).toBe(true);
        expect(truthOf(0, where, looking(eyes, past(SCREEN_MARGIN_CM + 0.05))).facing).toBe(false);
      }
    }
  });

  it('reads a head back as it was turned', () => {
    const head = new Quaternion().setFromEuler(new Euler(-20 / DEG, 35 / DEG, -8 / DEG, 'YXZ'));
    expect(headAngles(head).yawDeg).toBeCloseTo(35, 9);
    expect(headAngles(head).pitchDeg).toBeCloseTo(20, 9);
    expect(headAngles(head).rollDeg).toBeCloseTo(-8, 9);
  });

  it('goes on through a blink and ends with eyes that close for longer', () => {
    const where = scene(1);
    const face = looking(seatOf(where), pointOn(where.classScreen, 0, 0));
    const blinking = truthOf(0, where, { ...face, lids: { closed: 1, blink: 1 } });
    expect([blinking.facing, blinking.blink]).toEqual([true, true]);
    const asleep = truthOf(0, where, { ...face, lids: { closed: 1, blink: 0 } });
    expect([asleep.facing, asleep.blink, asleep.looksAt]).toEqual([false, false, 'nothing']);
  });

  it('tells looking down from looking elsewhere', () => {
    for (let i = 0; i < 30; i++) {
      const where = scene(i);
      const at = (x: number, y: number, z: number) =>
        lookedAt(where, seatOf(where), deskPoint(where, x, y, z).sub(seatOf(where)));
      expect(at(5, -48, 12)).toBe('down');
      expect(at(90, 0, 5)).toBe('elsewhere');
      expect(at(0, 70, 50)).toBe('elsewhere');
    }
  });
});

describe('a performance', () => {
  it('agrees with what it poses: head and eyes of the state give the truth in camera coordinates', () => {
    for (let i = 0; i < BEHAVIOURS.length; i++) {
      for (const { body, truth } of act(i, BEHAVIOURS[i]!, 4000)) {
        if (body === null || !truth.present) continue;
        const { state } = body;
        const turn = new Quaternion().setFromEuler(
          new Euler(-state.pitchDeg / DEG, state.yawDeg / DEG, state.rollDeg / DEG, 'YXZ'),
        );
        const head = body.turned.clone().multiply(turn);
        const shown = headAngles(head);
        expect(shown.yawDeg).toBeCloseTo(truth.yawDeg!, 6);
        expect(shown.pitchDeg).toBeCloseTo(truth.pitchDeg!, 6);
        expect(shown.rollDeg).toBeCloseTo(truth.rollDeg!, 6);
        const gaze = direction(state.eyeYawDeg, state.eyePitchDeg).applyQuaternion(head);
        expect(gaze.angleTo(direction(truth.gazeYawDeg!, truth.gazePitchDeg!))).toBeLessThan(1e-6);
      }
    }
  });

  it('faces the screen while reading or listening, and not while doing something else', () => {
    const shareOf = (behaviour: Behaviour): number =>
      share(Array.from({ length: 12 }, (_, i) => act(i, behaviour, 12_000)).flat(), ({ truth }) => truth.facing);
    for (const behaviour of ['slides', 'teacher', 'still'] as const) expect(shareOf(behaviour)).toBeGreaterThan(0.97);
    for (const behaviour of BEHAVIOURS) {
      if (!['slides', 'teacher', 'still', 'declared-screen', 'gone'].includes(behaviour)) {
        // Looking around, the eyes cross the screen now and then.
        expect(shareOf(behaviour), behaviour).toBeLessThan(0.12);
      }
    }
    const declared = Array.from({ length: 12 }, (_, i) =>
      act(i, 'declared-screen', 12_000, 100, scene(i, 'left')),
    ).flat();
    expect(share(declared, ({ truth }) => truth.looksAt === 'declared-screen' && truth.facing)).toBeGreaterThan(0.95);
  });

  it('looks down at notes, keyboard and phone', () => {
    for (const behaviour of ['notes', 'keyboard', 'phone'] as const) {
      const moments = Array.from({ length: 12 }, (_, i) => act(i, behaviour, 10_000)).flat();
      expect(
        share(moments, ({ truth }) => truth.looksAt === 'down'),
        behaviour,
      ).toBeGreaterThan(0.9);
    }
  });

  it('turns no faster than a head turns, in 0.3 to 0.8 s', () => {
    const script = [
      { behaviour: 'teacher' as const, posture: 'upright' as const, lengthMs: 3000 },
      { behaviour: 'neighbour' as const, posture: 'upright' as const, lengthMs: 3000 },
    ];
    for (let seed = 0; seed < 8; seed++) {
      const performance = new Performance(scene(seed), script, EYES_OFF_PIVOT, seeded(seed));
      const moments = Array.from({ length: 500 }, (_, i) => performance.at(i * 10));
      const heads = moments.flatMap(({ body }) =>
        body === null ? [] : [body.turned.clone().multiply(turned(body.state))],
      );
      const fastest = Math.max(...heads.slice(1).map((head, i) => head.angleTo(heads[i]!) * DEG * 100));
      expect(fastest).toBeGreaterThan(60);
      expect(fastest).toBeLessThan(450);
    }
  });

  it('blinks 8 to 25 times a minute, for 100 to 400 ms each', () => {
    const moments = act(3, 'teacher', 240_000, 10);
    const blinks = runs(moments, ({ truth }) => truth.blink);
    expect(blinks.length / 4).toBeGreaterThan(8);
    expect(blinks.length / 4).toBeLessThan(30);
    expect(Math.max(...blinks)).toBeLessThanOrEqual(40);
    expect(Math.min(...blinks)).toBeGreaterThanOrEqual(3);
  });

  it('blinks somebody who keeps still every 6 to 20 s, and keeps the head within two degrees', () => {
    const moments = act(4, 'still', 120_000, 20);
    const blinks = runs(moments, ({ truth }) => truth.blink).length;
    expect(blinks).toBeGreaterThanOrEqual(6);
    expect(blinks).toBeLessThan(24);
  });

  it('leaves the picture and comes back', () => {
    const script = [
      { behaviour: 'slides' as const, posture: 'upright' as const, lengthMs: 3000 },
      { behaviour: 'gone' as const, posture: 'away' as const, lengthMs: 8000 },
      { behaviour: 'slides' as const, posture: 'upright' as const, lengthMs: 8000 },
    ];
    const performance = new Performance(scene(2), script, EYES_OFF_PIVOT, seeded(2));
    const present = (tMs: number): boolean => performance.at(tMs).truth.present;
    expect([present(2500), present(8000), present(15_000)]).toEqual([true, false, true]);
  });

  it('is the same for the same seed', () => {
    expect(act(7, 'notes', 5000).map(({ truth }) => truth)).toEqual(act(7, 'notes', 5000).map(({ truth }) => truth));
  });
});

describe('a script', () => {
  it('fills its clip, whatever the kind', () => {
    for (const kind of CLIP_KINDS) {
      for (let seed = 0; seed < 20; seed++) {
        const script = writeScript(kind, 40_000, seeded(seed));
        expect(
          script.reduce((sum, { lengthMs }) => sum + lengthMs, 0),
          kind,
        ).toBeGreaterThanOrEqual(39_000);
      }
    }
  });

  it('has runs of looking down on both sides of 20 s', () => {
    const lengths = Array.from({ length: 40 }, (_, seed) => writeScript('down', 60_000, seeded(seed))[1]!.lengthMs);
    expect(lengths.filter((ms) => ms < 20_000).length).toBeGreaterThan(5);
    expect(lengths.filter((ms) => ms > 22_000).length).toBeGreaterThan(5);
  });
});

function turned(state: { readonly yawDeg: number; readonly pitchDeg: number; readonly rollDeg: number }): Quaternion {
  return new Quaternion().setFromEuler(
    new Euler(-state.pitchDeg / DEG, state.yawDeg / DEG, state.rollDeg / DEG, 'YXZ'),
  );
}

/** Lengths of the stretches in which something holds, in moments. */
function runs(moments: readonly Moment[], holds: (moment: Moment) => boolean): number[] {
  const lengths: number[] = [];
  let length = 0;
  for (const moment of moments) {
    if (holds(moment)) length++;
    else if (length > 0) {
      lengths.push(length);
      length = 0;
    }
  }
  return lengths;
}
