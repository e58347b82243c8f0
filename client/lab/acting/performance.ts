import { Euler, Quaternion, Vector3 } from 'three';
import type { FaceState } from '../people/face-state.ts';
import type { Random } from '../random.ts';
import { deskOf, project, seatOf, type SceneSpec } from '../scenes/scene.ts';
import { MANNERS, Targets, type Behaviour } from './behaviours.ts';
import { Eyelids } from './eyelids.ts';
import { anglesOf, DEG, direction, truthOf, type FrameTruth } from './frame-truth.ts';
import { Limb, Waver } from './motion.ts';

export type Posture = 'upright' | 'back' | 'hand' | 'close' | 'sideways' | 'standing' | 'away';
export type Gesture = 'drinking' | 'yawning';

/** A part of a script. */
export interface Stretch {
  readonly behaviour: Behaviour;
  readonly posture: Posture;
  readonly lengthMs: number;
  /** Done in the middle of it. */
  readonly gesture?: Gesture;
}

/** How the room and who is in it stand at one time; in camera coordinates. */
export interface Moment {
  readonly tMs: number;
  /** Null when nobody is there. */
  readonly body: { readonly position: Vector3; readonly turned: Quaternion; readonly state: FaceState } | null;
  /** What is held to the face: 0 nothing, 1 there. */
  readonly cup: number;
  readonly cheek: number;
  readonly truth: FrameTruth;
}

const STEP_MS = 10;
/** As far as eyes turn in their sockets. */
const EYE_REACH = { asideDeg: 38, upDeg: 24, downDeg: 32 };
/**
 * As far as they stay turned once the head has followed, from the person who moves the head most to the one who moves it least: eyes rest
 * within some 18 degrees of the middle, people differ widely (Stahl 1999, Exp. Brain Res. 126; Fuller 1992, Exp. Brain Res. 92).
 */
const EYES_AT_REST = { asideDeg: [13, 27], upDeg: [10, 18], downDeg: [15, 26] } as const;
/** A change of what is looked at that is smaller than this is left to the eyes. */
const HEAD_MOVES_FROM_DEG = 4;

/** One person who acts a script in a scene. Time only runs forward. */
export class Performance {
  readonly #scene: SceneSpec;
  readonly #random: Random;
  readonly #eyesOffPivot: Vector3;
  readonly #script: readonly Stretch[];
  readonly #desk: Quaternion;
  readonly #toDesk: Quaternion;
  readonly #seat: Vector3;
  readonly #lids: Eyelids;
  /** How this person holds the head against what is looked at. */
  readonly #carriage: readonly [number, number, number];
  readonly #atRest: { readonly asideDeg: number; readonly upDeg: number; readonly downDeg: number };
  readonly #head: readonly [Limb, Limb, Limb];
  readonly #body: readonly [Limb, Limb, Limb];
  readonly #tremor: readonly [Waver, Waver, Waver];
  readonly #drift: readonly [Waver, Waver, Waver];
  readonly #sway: readonly [Waver, Waver, Waver];
  readonly #mouth: Waver;
  readonly #cup = new Limb(0);
  readonly #yawn = new Limb(0);
  readonly #cheek = new Limb(0);
  #nowMs = 0;
  #stretch = -1;
  #stretchEndsMs = 0;
  #gestureAtMs = Infinity;
  #share: readonly [number, number] = [0.5, 0.5];
  #liveliness = 1;
  #targets: Targets;
  #target: Vector3;
  #from: Vector3;
  #saccade = { startMs: 0, lengthMs: 1 };
  #fixatedUntilMs = 0;
  #moment: Moment;

  /** `eyesOffPivot` is where the person's eyes are against the point about which the head turns. */
  constructor(scene: SceneSpec, script: readonly Stretch[], eyesOffPivot: Vector3, random: Random) {
    const first = script[0];
    if (first === undefined) throw new RangeError('a script has at least one stretch');
    this.#scene = scene;
    this.#random = random;
    this.#script = script;
    this.#eyesOffPivot = eyesOffPivot;
    this.#desk = deskOf(scene);
    this.#toDesk = this.#desk.clone().invert();
    this.#seat = seatOf(scene);
    this.#lids = new Eyelids(random);
    this.#carriage = [random.normal(2.5), random.normal(4), random.normal(3.5)];
    const still = random.between(0, 1);
    const ofPerson = ([low, high]: readonly [number, number]): number => low + still * (high - low);
    this.#atRest = {
      asideDeg: ofPerson(EYES_AT_REST.asideDeg),
      upDeg: ofPerson(EYES_AT_REST.upDeg),
      downDeg: ofPerson(EYES_AT_REST.downDeg),
    };
    this.#head = [new Limb(0), new Limb(0), new Limb(this.#carriage[2])];
    this.#body = [new Limb(0), new Limb(0), new Limb(0)];
    const three = (sd: number, memoryMs: number): [Waver, Waver, Waver] => [
      new Waver(random, sd, memoryMs),
      new Waver(random, sd, memoryMs),
      new Waver(random, sd, memoryMs),
    ];
    this.#tremor = three(0.3, 400);
    this.#drift = three(1.3, 9000);
    this.#sway = three(0.7, 7000);
    this.#mouth = new Waver(random, 0.12, 150);
    this.#targets = new Targets(first.behaviour, scene, random);
    this.#target = this.#targets.next();
    this.#from = this.#target;
    this.#begin(true);
    this.#moment = this.#look(this.#step());
  }

  /** The moment at a time; an earlier one than the last gives the last. */
  at(tMs: number): Moment {
    while (this.#nowMs + STEP_MS <= tMs) {
      this.#nowMs += STEP_MS;
      const pose = this.#step();
      if (this.#nowMs + STEP_MS > tMs) this.#moment = this.#look(pose);
    }
    return { ...this.#moment, tMs, truth: { ...this.#moment.truth, tMs } };
  }

  /** Begins the next stretch; at the very beginning everything is already in its place. */
  #begin(atOnce: boolean): void {
    const stretch = this.#script[++this.#stretch];
    if (stretch === undefined) {
      this.#stretchEndsMs = Infinity;
      return;
    }
    const random = this.#random;
    const manner = MANNERS[stretch.behaviour];
    this.#stretchEndsMs = this.#nowMs + stretch.lengthMs;
    this.#share = [random.between(...manner.headYaw), random.between(...manner.headPitch)];
    this.#liveliness = manner.liveliness;
    this.#lids.behave(random.between(...manner.blinksPerMinute), stretch.behaviour === 'dozing');
    this.#targets = new Targets(stretch.behaviour, this.#scene, random);
    this.#gestureAtMs = stretch.gesture === undefined ? Infinity : this.#nowMs + stretch.lengthMs * 0.25;
    this.#settle(stretch.posture, atOnce);
    this.#lookAt(this.#targets.next(), atOnce);
  }

  #settle(posture: Posture, atOnce: boolean): void {
    const random = this.#random;
    const side = random.pick([-1, 1]);
    const lengthMs = atOnce ? 1 : random.between(900, 1900);
    const to = PLACES[posture](side, random);
    this.#body.forEach((limb, i) => limb.send(to[i] ?? 0, this.#nowMs - (atOnce ? 10 : 0), lengthMs));
    const lean =
      posture === 'hand' ? -side * random.between(6, 14) : posture === 'sideways' ? -side * random.between(3, 9) : 0;
    this.#head[2].send(this.#carriage[2] + lean, this.#nowMs - (atOnce ? 10 : 0), lengthMs);
    this.#cheek.send(posture === 'hand' ? side : 0, this.#nowMs - (atOnce ? 10 : 0), lengthMs);
  }

  /** The eyes jump, and the head follows when the way is long enough. */
  #lookAt(target: Vector3, atOnce: boolean): void {
    const random = this.#random;
    const manner = MANNERS[this.#script[this.#stretch]?.behaviour ?? 'slides'];
    const eyes = this.#eyesNow();
    const wayDeg = target.clone().sub(eyes).angleTo(this.#looked().sub(eyes)) * DEG;
    this.#from = atOnce ? target : this.#looked();
    this.#target = target;
    this.#saccade = { startMs: this.#nowMs, lengthMs: 20 + 2.2 * wayDeg };
    this.#fixatedUntilMs = this.#nowMs + this.#saccade.lengthMs + random.between(...manner.fixationMs);
    if (wayDeg > 20 && !atOnce) this.#lids.provoke();
    const { yawDeg, pitchDeg } = anglesOf(target.clone().sub(eyes).applyQuaternion(this.#toDesk));
    const goal = [
      withinReach(yawDeg, yawDeg * this.#share[0] + this.#carriage[0], this.#atRest.asideDeg, this.#atRest.asideDeg),
      withinReach(pitchDeg, pitchDeg * this.#share[1] + this.#carriage[1], this.#atRest.downDeg, this.#atRest.upDeg),
    ] as const;
    const turnDeg = Math.hypot(goal[0] - this.#head[0].goal, goal[1] - this.#head[1].goal);
    if (atOnce) this.#turn(goal, this.#nowMs - 10, 1);
    else if (turnDeg >= HEAD_MOVES_FROM_DEG) {
      const lengthMs = Math.min(800, Math.max(300, 280 + 7 * turnDeg + random.normal(70)));
      this.#turn(goal, this.#nowMs + random.between(20, 110), lengthMs);
    } else if (random.chance(0.25)) this.#turn(goal, this.#nowMs, random.between(600, 1200));
  }

  #turn(goal: readonly [number, number], startMs: number, lengthMs: number): void {
    this.#head[0].send(goal[0], startMs, lengthMs);
    this.#head[1].send(goal[1], startMs, lengthMs);
  }

  /** Where the eyes want to be now, between two fixations or on one. */
  #looked(): Vector3 {
    const { startMs, lengthMs } = this.#saccade;
    return this.#from.clone().lerp(this.#target, Math.min(1, Math.max(0, (this.#nowMs - startMs) / lengthMs)));
  }

  #eyesNow(): Vector3 {
    const [x, y, z] = this.#body.map((limb) => limb.at(this.#nowMs));
    return new Vector3(x, y, z).applyQuaternion(this.#desk).add(this.#seat);
  }

  #step(): Pose {
    const now = this.#nowMs;
    if (now >= this.#stretchEndsMs) this.#begin(false);
    else if (now >= this.#fixatedUntilMs) this.#lookAt(this.#targets.next(), false);
    if (now >= this.#gestureAtMs) this.#gesture();
    const wavers = (three: readonly [Waver, Waver, Waver]): Vector3 =>
      new Vector3(...three.map((waver) => waver.step(STEP_MS) * this.#liveliness));
    return {
      tremor: wavers(this.#tremor).add(wavers(this.#drift)),
      sway: wavers(this.#sway),
      mouth: this.#mouth.step(STEP_MS),
      lids: this.#lids.at(now),
    };
  }

  #gesture(): void {
    const stretch = this.#script[this.#stretch];
    const lengthMs = this.#random.between(2500, 5000);
    const now = this.#nowMs;
    const limb = stretch?.gesture === 'drinking' ? this.#cup : this.#yawn;
    if (limb.goal === 0) {
      limb.send(1, now, 700);
      this.#gestureAtMs = now + lengthMs;
    } else {
      limb.send(0, now, 700);
      this.#gestureAtMs = Infinity;
    }
  }

  #look(pose: Pose): Moment {
    const now = this.#nowMs;
    const cup = this.#cup.at(now);
    const yawn = this.#yawn.at(now);
    const onDesk = new Quaternion().setFromEuler(
      new Euler(
        -(this.#head[1].at(now) + pose.tremor.x + 13 * cup + 6 * yawn) / DEG,
        (this.#head[0].at(now) + pose.tremor.y) / DEG,
        (this.#head[2].at(now) + pose.tremor.z) / DEG,
        'YXZ',
      ),
    );
    const head = this.#desk.clone().multiply(onDesk);
    const offset = new Vector3(...this.#body.map((limb) => limb.at(now))).add(pose.sway).sub(this.#eyesOffPivot);
    const position = offset.applyQuaternion(this.#desk).add(this.#seat);
    const eyes = this.#eyesOffPivot.clone().applyQuaternion(head).add(position);
    const sight = this.#looked().sub(eyes).normalize().applyQuaternion(head.clone().invert());
    const eye = withinSockets(anglesOf(sight));
    const lids = { closed: Math.max(pose.lids.closed, 0.5 * yawn), blink: pose.lids.blink };
    const gaze = direction(eye.yawDeg, eye.pitchDeg).applyQuaternion(head);
    const truth = truthOf(now, this.#scene, { eyes, head, gaze, lids });
    if (isFarOut(this.#scene, eyes)) return { tMs: now, body: null, cup, cheek: 0, truth };
    const torsoYawDeg = 0.35 * this.#head[0].at(now);
    const torso = new Quaternion().setFromEuler(new Euler(0, torsoYawDeg / DEG, (0.3 * this.#head[2].at(now)) / DEG));
    const { x, y, z } = new Euler().setFromQuaternion(torso.clone().invert().multiply(onDesk), 'YXZ');
    const state: FaceState = {
      yawDeg: y * DEG,
      pitchDeg: -x * DEG,
      rollDeg: z * DEG,
      eyeYawDeg: eye.yawDeg,
      eyePitchDeg: eye.pitchDeg,
      lids: lids.closed,
      jawOpen: Math.max(0.95 * yawn, 0.25 * cup, this.#speech(pose.mouth)),
    };
    const gazeDistanceCm = this.#looked().distanceTo(eyes);
    const body = { position, turned: this.#desk.clone().multiply(torso), state: { ...state, gazeDistanceCm } };
    return { tMs: now, body, cup, cheek: this.#cheek.at(now), truth };
  }

  #speech(mouth: number): number {
    return this.#script[this.#stretch]?.behaviour === 'neighbour' ? Math.min(0.5, Math.abs(mouth) * 1.6) : 0;
  }
}

interface Pose {
  readonly tremor: Vector3;
  readonly sway: Vector3;
  readonly mouth: number;
  readonly lids: { readonly closed: number; readonly blink: number };
}

/** Where a posture takes the eyes, on the desk's axes. */
const PLACES: Readonly<Record<Posture, (side: number, random: Random) => readonly [number, number, number]>> = {
  upright: (_, random) => [random.normal(1.5), random.normal(1), random.normal(2)],
  back: (_, random) => [random.normal(3), random.between(-6, -1), random.between(-18, -8)],
  hand: (side, random) => [side * random.between(3, 9), random.between(-7, -2), random.between(-2, 5)],
  close: (_, random) => [random.normal(2), random.between(-4, 0), random.between(6, 14)],
  sideways: (side, random) => [side * random.between(6, 13), random.between(-4, 0), random.between(-4, 3)],
  standing: (_, random) => [random.normal(8), random.between(38, 55), random.between(-30, -5)],
  away: (side, random) => [side * random.between(120, 170), random.between(15, 40), random.between(-40, 0)],
};

/** Where the head goes so that the eyes turn from it by at most so much to the negative and to the positive side. */
function withinReach(gazeDeg: number, headDeg: number, negativeDeg: number, positiveDeg: number): number {
  return Math.min(gazeDeg + negativeDeg, Math.max(gazeDeg - positiveDeg, headDeg));
}

function withinSockets(eye: { readonly yawDeg: number; readonly pitchDeg: number }): {
  readonly yawDeg: number;
  readonly pitchDeg: number;
} {
  return {
    yawDeg: Math.min(EYE_REACH.asideDeg, Math.max(-EYE_REACH.asideDeg, eye.yawDeg)),
    pitchDeg: Math.min(EYE_REACH.upDeg, Math.max(-EYE_REACH.downDeg, eye.pitchDeg)),
  };
}

/** So far beside the picture that no shoulder is seen in it. */
function isFarOut(scene: SceneSpec, eyes: Vector3): boolean {
  const at = project(scene.webcam, eyes);
  return at === null || Math.abs(at.x) > 2.6;
}
