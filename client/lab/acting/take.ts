import { type Group, Vector3 } from 'three';
import type { Actor, FaceFamily, WantedLooks } from '../families/family.ts';
import { BYSTANDERS_FROM } from '../families/last-person.ts';
import { seeded, seedOf, type Random } from '../random.ts';
import type { ScreenGlow } from '../people/screen-glow.ts';
import type { LightGroup } from '../scenes/light-groups.ts';
import { cupInHand, handAtCheek, heldPicture } from '../scenes/props.ts';
import { horizontalFovDeg, project, seatOf, type SceneSpec } from '../scenes/scene.ts';
import type { MeteredFace } from '../scenes/sensor.ts';
import { Studio } from '../scenes/studio.ts';
import { throwAway } from '../throw-away.ts';
import { DEG, NOBODY, type FrameTruth } from './frame-truth.ts';
import { Waver } from './motion.ts';
import { Performance, type Moment, type Stretch } from './performance.ts';

/** What a clip shows besides its one person. */
export type Company = 'none' | 'beside' | 'passing';

export interface TakeSpec {
  readonly seed: number;
  readonly identity: number;
  readonly looks: WantedLooks;
  readonly scene: SceneSpec;
  readonly script: readonly Stretch[];
  readonly company: Company;
  /** Instead of the person, a picture of the person is held before the camera. */
  readonly photograph: boolean;
}

/** Pixels of a picture 640 wide that something moves while the shutter is open before it blurs. */
const BLURS_FROM_PX = 3;
const BLUR_MOMENTS = 3;
const FACE_RADIUS_CM = 7;
/** How bright the screen is in each light: people turn it down in the evening. */
const MIRRORED: Readonly<Record<LightGroup, number>> = { even: 0.8, harsh: 0.8, dim: 0.45, dark: 0.003 };
/** The passer-by appears that often, and walks through in that time. */
const PASSING = { everyMs: 15_000, firstMs: 4000, lengthMs: 3500 };

/** One clip while it is shot: the person acts, and each frame is rendered with its truth. */
export class Take {
  readonly studio: Studio;
  readonly actor: Actor;
  readonly #spec: TakeSpec;
  readonly #performance: Performance;
  readonly #other: { readonly actor: Actor; readonly performance: Performance } | null;
  readonly #poster: Actor | null;
  readonly #cup: Group;
  readonly #cheeks: readonly [Group, Group];
  readonly #picture: HeldPicture | null;
  readonly #shutterMs: number;
  readonly #glow: Random;
  #glowUntilMs = 0;

  /** `hz` limits how long the shutter can stay open. */
  constructor(family: FaceFamily, spec: TakeSpec, hz: number) {
    const { seed, scene } = spec;
    this.#spec = spec;
    this.actor = family.actor(spec.identity, spec.looks);
    const random = seeded(seedOf('take', seed));
    this.#poster = scene.poster ? family.actor(BYSTANDERS_FROM + spec.identity + 3, otherLooks(random)) : null;
    this.studio = new Studio(scene, this.#poster);
    this.#performance = new Performance(scene, spec.script, this.actor.eyesAt, seeded(seedOf('performance', seed)));
    this.#other = spec.company === 'none' ? null : somebodyElse(family, spec, random);
    this.#cup = cupInHand(spec.looks.monkTone, random);
    this.#cheeks = [handAtCheek(spec.looks.monkTone, 1), handAtCheek(spec.looks.monkTone, -1)];
    this.#picture = spec.photograph ? new HeldPicture(this.studio, this.actor, spec, random) : null;
    this.#shutterMs = Math.min(scene.webcam.exposureMs, 800 / hz);
    this.#glow = random;
    this.actor.reflect(mirrored(scene), MIRRORED[scene.lightGroup]);
    this.#other?.actor.reflect(mirrored(scene), MIRRORED[scene.lightGroup]);
  }

  /** Renders the picture of a time onto the studio's canvas. Times run forward. */
  shoot(tMs: number): FrameTruth {
    this.#flicker(tMs);
    if (this.#picture !== null) {
      const picture = this.#picture;
      const hold = (): void => {
        picture.hold(tMs);
      };
      this.studio.shoot(tMs, [hold], picture.face);
      return { ...NOBODY, tMs, photograph: true };
    }
    const opened = this.#performance.at(tMs - this.#shutterMs);
    const middle = this.#performance.at(tMs - this.#shutterMs / 2);
    const moment = this.#performance.at(tMs);
    const other = this.#other?.performance.at(tMs) ?? null;
    const blurs = this.#movedPx(opened, moment) > BLURS_FROM_PX;
    const moments = blurs ? [opened, middle, moment].slice(-BLUR_MOMENTS) : [moment];
    this.studio.shoot(
      tMs,
      moments.map((one) => () => {
        this.#arrange(one, other, tMs);
      }),
      faceIn(this.#spec.scene, moment.body?.position ?? null),
    );
    return { ...moment.truth, tMs };
  }

  dispose(): void {
    this.actor.dispose();
    this.#other?.actor.dispose();
    this.#poster?.dispose();
    for (const prop of [this.#cup, ...this.#cheeks]) throwAway(prop);
    this.#picture?.dispose();
    this.studio.dispose();
  }

  #arrange(moment: Moment, other: Moment | null, tMs: number): void {
    put(this.studio, this.actor, moment);
    const { world } = this.studio;
    const [left, right] = this.#cheeks;
    world.remove(this.#cup, left, right);
    if (moment.body !== null) {
      const { position, turned, state } = moment.body;
      const eyes = this.actor.eyesAt;
      const at = (x: number, y: number, z: number): Vector3 =>
        new Vector3(x, y, z)
          .add(eyes)
          .applyQuaternion(turned)
          .add(position)
          .add(new Vector3(Math.sin(state.yawDeg / DEG) * 6, Math.sin(state.pitchDeg / DEG) * 5, 0));
      if (moment.cup > 0.01) {
        this.#cup.position.copy(at(0, -6.5 - 26 * (1 - moment.cup), 5.5));
        this.#cup.quaternion.copy(turned);
        this.#cup.rotateX(-0.5 * moment.cup);
        world.add(this.#cup);
      }
      if (Math.abs(moment.cheek) > 0.01) {
        const side = Math.sign(moment.cheek);
        const hand = side > 0 ? left : right;
        hand.position.copy(at(side * 6.2, -9.5 - 25 * (1 - Math.abs(moment.cheek)), -3.5));
        hand.quaternion.copy(turned);
        world.add(hand);
      }
    }
    if (this.#other === null || other === null) return;
    put(this.studio, this.#other.actor, other);
    if (this.#spec.company === 'passing') walkThrough(this.studio, this.#other.actor, tMs);
  }

  /** Slides change, and the screen's light on the face with them. */
  #flicker(tMs: number): void {
    if (tMs < this.#glowUntilMs) return;
    this.studio.setGlow(this.#glow.between(0.5, 1.3));
    this.#glowUntilMs = tMs + this.#glow.between(4000, 25_000);
  }

  #movedPx(from: Moment, to: Moment): number {
    if (from.body === null || to.body === null) return 0;
    const { state: a } = from.body;
    const { state: b } = to.body;
    const distanceCm = to.body.position.length();
    const noseCm = 10 * Math.hypot(a.yawDeg - b.yawDeg, a.pitchDeg - b.pitchDeg) * (Math.PI / 180);
    const halfView = Math.tan((this.#spec.scene.webcam.fovDeg * Math.PI) / 360);
    return ((noseCm + from.body.position.distanceTo(to.body.position)) / (2 * distanceCm * halfView)) * 640;
  }
}

/** The screen that shows the class, as if it stood in the camera's plane. */
function mirrored({ classScreen }: SceneSpec): ScreenGlow {
  const { centre, along, up, halfWidthCm, halfHeightCm } = classScreen;
  const [x, y] = [Math.abs(along[0]) * halfWidthCm, Math.abs(up[1]) * halfHeightCm];
  return { left: centre[0] - x, right: centre[0] + x, bottom: centre[1] - y, top: centre[1] + y };
}

/** Where a camera finds the face of a head that turns about this point. */
function faceIn(scene: SceneSpec, position: Vector3 | null): MeteredFace | null {
  const at = position === null ? null : project(scene.webcam, position);
  if (at === null || position === null) return null;
  const halfWidthCm = -position.z * Math.tan((horizontalFovDeg(scene.webcam) * Math.PI) / 360);
  return { x: (at.x + 1) / 2, y: (1 - at.y) / 2, radius: FACE_RADIUS_CM / (2 * halfWidthCm) };
}

function put(studio: Studio, actor: Actor, { body }: Moment): void {
  if (body === null) {
    studio.world.remove(actor.object);
    return;
  }
  studio.world.add(actor.object);
  actor.pose(body.state);
  actor.object.position.copy(body.position);
  actor.object.quaternion.copy(body.turned);
}

function otherLooks(random: Random): WantedLooks {
  return {
    monkTone: Math.floor(random.between(0, 10)),
    lids: random.pick(['open', 'hooded', 'narrow'] as const),
    glasses: random.chance(0.3),
    covered: random.chance(0.3),
  };
}

function somebodyElse(
  family: FaceFamily,
  spec: TakeSpec,
  random: Random,
): { readonly actor: Actor; readonly performance: Performance } {
  const actor = family.actor(2 * BYSTANDERS_FROM + spec.identity + 3, otherLooks(random));
  const { scene } = spec;
  // Where the picture has room.
  const side = scene.seat[0] > 0 ? -1 : 1;
  const offset =
    spec.company === 'passing'
      ? new Vector3(0, 42, -random.between(70, 130))
      : new Vector3(side * random.between(21, 32), random.between(-4, 5), random.between(-14, 4));
  const seat = offset.applyQuaternion(studioTurn(scene)).add(seatOf(scene));
  const script: readonly Stretch[] = [{ behaviour: 'teacher', posture: 'upright', lengthMs: 600_000 }];
  return {
    actor,
    performance: new Performance({ ...scene, seat: seat.toArray() }, script, actor.eyesAt, random),
  };
}

function studioTurn(scene: SceneSpec): Parameters<Vector3['applyQuaternion']>[0] {
  const [x, y, z, w] = scene.desk;
  return { x, y, z, w };
}

function walkThrough(studio: Studio, actor: Actor, tMs: number): void {
  const sinceMs = (((tMs - PASSING.firstMs) % PASSING.everyMs) + PASSING.everyMs) % PASSING.everyMs;
  if (sinceMs > PASSING.lengthMs) {
    studio.world.remove(actor.object);
    return;
  }
  const alongCm = -130 + (260 * sinceMs) / PASSING.lengthMs;
  actor.object.position.add(
    new Vector3(alongCm, 2 * Math.sin(sinceMs / 180), 0).applyQuaternion(studio.desk.quaternion),
  );
}

/** A print or a phone with the person's picture, in a hand that trembles. */
class HeldPicture {
  readonly #object: Group;
  readonly #at: readonly [number, number, number];
  readonly #tilt: readonly [number, number, number];
  readonly #scene: SceneSpec;
  readonly #tremor: readonly Waver[];
  readonly #drift: readonly Waver[];
  #atMs = 0;

  constructor(studio: Studio, actor: Actor, { scene, looks }: TakeSpec, random: Random) {
    const isPhone = random.chance(0.5);
    const shine = scene.lightGroup === 'even' || scene.lightGroup === 'harsh' ? 0.5 : 0.12;
    this.#object = heldPicture(studio.portraitOf(actor), looks.monkTone, isPhone, shine);
    const distanceCm = random.between(22, 42);
    this.#at = [random.normal(2), random.normal(1.5), -distanceCm];
    this.#scene = scene;
    this.#tilt = [random.normal(6), random.normal(8), random.normal(5)];
    this.#tremor = Array.from({ length: 6 }, () => new Waver(random, 1, 160));
    this.#drift = Array.from({ length: 6 }, () => new Waver(random, 1, 6000));
    studio.world.add(this.#object);
  }

  get face(): MeteredFace | null {
    return faceIn(this.#scene, this.#object.position);
  }

  dispose(): void {
    throwAway(this.#object);
  }

  hold(tMs: number): void {
    const elapsedMs = Math.max(1, tMs - this.#atMs);
    this.#atMs = tMs;
    const moved = this.#tremor.map(
      (waver, i) => 0.12 * waver.step(elapsedMs) + (this.#drift[i]?.step(elapsedMs) ?? 0) * 0.6,
    );
    const [x = 0, y = 0, z = 0, a = 0, b = 0, c = 0] = moved;
    this.#object.position.set(this.#at[0] + x, this.#at[1] + y, this.#at[2] + z);
    this.#object.rotation.set(
      (this.#tilt[0] + 3 * a) / DEG,
      (this.#tilt[1] + 3 * b) / DEG,
      (this.#tilt[2] + 2 * c) / DEG,
    );
  }
}
