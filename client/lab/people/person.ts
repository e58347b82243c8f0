import { BufferAttribute, Color, Group, Mesh, Quaternion, Vector3, type Material, type Object3D } from 'three';
import type { Random } from '../random.ts';
import { throwAway } from '../throw-away.ts';
import { eyeAxes, type EyeAxes, type Side } from './eye-axes.ts';
import { CORNEA_APEX_CM, eyeMaterial, LIMBUS_AT_CM, type EyeUniforms } from './eye-material.ts';
import { faceMask, fullBeard, type FaceShell } from './face-shell.ts';
import type { FaceState } from './face-state.ts';
import { glasses, type GlassesSeat } from './glasses.ts';
import { headCover } from './head-cover.ts';
import type { IctHead } from './ict-head.ts';
import { shapeLids } from './lid-shapes.ts';
import { Lids, PROXY_CM } from './lids.ts';
import { drawLooks, skinColour, type Looks } from './looks.ts';
import { NeckBend, PIVOT } from './neck-bend.ts';
import { mix, smoothstep } from './noise.ts';
import { GlowUniforms, type ScreenGlow } from './screen-glow.ts';
import { headSide } from './sides.ts';
import { lashMaterial, skinMaterial } from './skin-material.ts';
import { paintSkin, type SkinTextures } from './skin-texture.ts';
import { torso } from './torso.ts';

const SIDES = ['left', 'right'] as const;
const AT_REST: FaceState = { yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0 };
const RAD = Math.PI / 180;
/** Height of the chin over the clothes that sit right under the mean head. */
const CHIN_Y = -7.1;
/** Widest radius of the neck where clothes begin, and where its middle stands. */
const NECK_CM = 5.8;
const NECK_Z = -1.2;
/** How much lower the eye's true middle lies than that of the mesh's eyeball: the upper lid then covers the iris as far as most people's. */
const EYE_BELOW_CM = 0.05;

/** One synthetic person: a head of the morphable family with skin, eyes, hair, perhaps glasses or a cover, and shoulders. */
export class Person {
  readonly object = new Group();
  readonly looks: Looks;
  readonly #head: IctHead;
  readonly #identity: Float32Array;
  readonly #lids: Lids;
  readonly #turning = new Group();
  readonly #bend = new NeckBend();
  readonly #bentSkin: Uint32Array;
  readonly #glow = new GlowUniforms();
  readonly #skin: SkinTextures;
  readonly #eyeUniforms: Readonly<Record<Side, EyeUniforms>>;
  readonly #eyeCentres: Readonly<Record<Side, Vector3>>;
  readonly #positions: Float32Array;
  readonly #normals: Float32Array;
  readonly #shared: Readonly<Record<'position' | 'normal' | 'uv', BufferAttribute>>;
  readonly #hanging: readonly Hanging[];
  readonly #worn: readonly FaceShell[];
  #axes: Readonly<Record<Side, EyeAxes>>;

  /** Draws the looks by seed too, unless they are given. */
  constructor(head: IctHead, random: Random, looks: Looks = drawLooks(random)) {
    this.#head = head;
    this.looks = looks;
    this.#identity = head.identity(Array.from({ length: head.identityModes }, () => random.normal(0.8)));
    shapeLids(head, this.#identity, looks);
    slimNeck(head, this.#identity);
    this.#eyeCentres = { left: this.#eyeCentre('left'), right: this.#eyeCentre('right') };
    flattenEyeballs(head, this.#identity);
    this.#lids = new Lids(head, this.#identity);
    this.#bentSkin = NeckBend.bent(this.#identity);
    this.#positions = this.#identity.slice();
    this.#normals = new Float32Array(this.#identity.length);
    const vertices = head.vertexToPosition.length;
    this.#shared = {
      position: new BufferAttribute(new Float32Array(vertices * 3), 3),
      normal: new BufferAttribute(new Float32Array(vertices * 3), 3),
      uv: new BufferAttribute(head.uv, 2),
    };
    const skin = skinColour(looks.monkTone, random);
    this.#skin = paintSkin(head, looks, skin, random);
    this.#addPart(['M_Face'], skinMaterial(this.#skin.face, looks.monkTone));
    this.#addPart(['M_BackHead'], skinMaterial(this.#skin.back, looks.monkTone));
    // One strip of lashes for each lid of the three that the head has: as much as a webcam can tell.
    const isOuterStrip = (vertex: number): boolean => Math.floor((head.uv[vertex * 2 + 1] ?? 0) * 6) % 3 === 2;
    this.#addPart(['M_EyeLashes'], lashMaterial(new Color(looks.hairColour), random.between(0.5, 1)), isOuterStrip);
    const irisSeed = random.between(0, 6);
    this.#eyeUniforms = { left: this.#addEye('left', irisSeed), right: this.#addEye('right', irisSeed + 2) };
    const cover = headCover(head, this.#identity, looks, random);
    this.#place(cover.group);
    this.#hanging = cover.hanging.map(hang);
    this.#worn = this.#dressFace(random);
    for (const { object } of this.#worn) this.#place(object);
    if (looks.glasses) this.#place(glasses(this.#glassesSeat(), looks, this.#glow));
    this.#axes = eyeAxes(AT_REST, looks, this.#eyeCentres);
    this.object.add(
      this.#turning,
      torso(random, Math.min(0.6, Math.max(0, CHIN_Y - head.landmark(this.#identity, 8)[1]))),
    );
    this.pose(AT_REST);
  }

  /** Middle between the centres that the eyes turn about, against the pivot: where gaze starts. */
  get eyesAt(): Vector3 {
    return this.#eyeCentres.left.clone().add(this.#eyeCentres.right).multiplyScalar(0.5).sub(PIVOT);
  }

  /** Middle of each iris's edge as last posed, in the coordinates that `object` stands in. */
  irisCentres(): Readonly<Record<Side, Vector3>> {
    const place = (side: Side): Vector3 =>
      this.#placed(this.#eyeCentres[side].clone().addScaledVector(this.#axes[side].optical, LIMBUS_AT_CM));
    return { left: place('left'), right: place('right') };
  }

  /** Corners and lids of each eye as last posed: outer, inner, upper and lower edge over the middle. */
  lidPoints(): Readonly<Record<Side, readonly Vector3[]>> {
    const points = (indices: readonly number[]): Vector3[] =>
      indices.map((index) =>
        this.#placed(new Vector3().fromArray(this.#positions, this.#head.landmarkIndex(index) * 3)),
      );
    return { right: points([36, 39, 37, 38, 41, 40]), left: points([45, 42, 44, 43, 46, 47]) };
  }

  /** What bright screen eyes and glasses mirror, in camera coordinates; brightness 0 for none. */
  reflect(screen: ScreenGlow, brightness: number): void {
    this.#glow.set(screen, brightness);
  }

  pose(state: FaceState): void {
    // R = Ry(yaw) Rx(-pitch) Rz(roll), as the pipeline reads it.
    this.#turning.rotation.set(-state.pitchDeg * RAD, state.yawDeg * RAD, state.rollDeg * RAD, 'YXZ');
    this.#bend.turn(this.#turning.quaternion);
    const positions = this.#positions;
    positions.set(this.#identity);
    this.#head.express(positions, { ...this.#lids.expression(state), ...faceExpression(state) });
    this.#lids.keepOutside(positions);
    this.#axes = eyeAxes(state, this.looks, this.#eyeCentres);
    for (const side of SIDES) this.#turnEye(side);
    for (const shell of this.#worn) shell.follow(positions);
    this.#bend.apply(positions, this.#bentSkin);
    for (const { mesh, rest, bent } of this.#hanging) {
      const attribute = mesh.geometry.getAttribute('position') as BufferAttribute;
      const points = attribute.array as Float32Array;
      points.set(rest);
      this.#bend.apply(points, bent);
      attribute.needsUpdate = true;
    }
    this.#head.skinNormals(positions, this.#normals, 'drawn');
    scatter(positions, this.#head.vertexToPosition, this.#shared.position);
    scatter(this.#normals, this.#head.vertexToPosition, this.#shared.normal);
  }

  dispose(): void {
    throwAway(this.object);
    this.#skin.dispose();
  }

  #eyeCentre(side: Side): Vector3 {
    const [x, y, z] = this.#head.eyeCentre(this.#identity, headSide(side));
    const [from, to] = this.#head.eyeballRange(headSide(side));
    let frontZ = z;
    for (let i = from; i < to; i++) frontZ = Math.max(frontZ, this.#identity[i * 3 + 2] ?? z);
    // The mesh's eyeball is a quarter too large; one of true size lies with its front where the mesh's is.
    return new Vector3(x, y - EYE_BELOW_CM, frontZ - CORNEA_APEX_CM);
  }

  #turnEye(side: Side): void {
    const uniforms = this.#eyeUniforms[side];
    const intoEye = this.#axes[side].turn.clone().invert();
    const axes = [new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1)].map((axis) =>
      axis.applyQuaternion(intoEye),
    );
    uniforms.intoEye.value.fromArray(axes.flatMap((axis) => axis.toArray()));
    const { upper, lower } = this.#lids.edges(this.#positions, side);
    uniforms.lidUpper.value = upper;
    uniforms.lidLower.value = lower;
  }

  #addEye(side: Side, irisSeed: number): EyeUniforms {
    const { material, uniforms } = eyeMaterial(side, this.looks, irisSeed, this.#glow);
    uniforms.eyeCentre.value.copy(this.#eyeCentres[side]);
    uniforms.lidCentre.value.set(...this.#head.eyeCentre(this.#identity, headSide(side)));
    this.#addPart([`M_Sclera${headSide(side)}`], material);
    return uniforms;
  }

  #addPart(materials: readonly string[], material: Material, isWanted?: (vertex: number) => boolean): void {
    const mesh = new Mesh(this.#head.geometry(materials, this.#shared, isWanted), material);
    mesh.frustumCulled = false;
    mesh.castShadow = true;
    mesh.receiveShadow = true;
    mesh.position.copy(PIVOT).negate();
    this.#turning.add(mesh);
  }

  #dressFace(random: Random): FaceShell[] {
    const seed = Math.floor(random.between(0, 2 ** 31));
    const { beard, mask } = this.looks;
    if (mask !== 'none') return [faceMask(this.#head, this.#identity, this.looks)];
    return beard === 'full' ? [fullBeard(this.#head, this.#identity, this.looks, seed)] : [];
  }

  #glassesSeat(): GlassesSeat {
    const front = (side: Side): Vector3 => this.#eyeCentres[side].clone().add(new Vector3(0, 0, CORNEA_APEX_CM));
    const landmark = (index: number): Vector3 => new Vector3(...this.#head.landmark(this.#identity, index));
    // Over the ears: behind the first points of the face's outline.
    const ear = (index: number, side: 1 | -1): Vector3 => landmark(index).add(new Vector3(side * 0.25, 0.9, -3));
    return {
      left: front('left'),
      right: front('right'),
      bridge: landmark(27),
      leftEar: ear(16, 1),
      rightEar: ear(0, -1),
    };
  }

  /** Adds something made in the head's own frame. */
  #place(part: Object3D): void {
    const holder = new Group();
    holder.position.copy(PIVOT).negate();
    holder.add(part);
    this.#turning.add(holder);
  }

  #placed(point: Vector3): Vector3 {
    return point
      .sub(PIVOT)
      .applyQuaternion(new Quaternion().setFromEuler(this.#turning.rotation))
      .add(this.object.position);
  }
}

/** Something that hangs from the head down over the neck. */
interface Hanging {
  readonly mesh: Mesh;
  readonly rest: Float32Array;
  readonly bent: Uint32Array;
}

function hang(mesh: Mesh): Hanging {
  const rest = Float32Array.from(mesh.geometry.getAttribute('position').array);
  mesh.frustumCulled = false;
  return { mesh, rest, bent: NeckBend.bent(rest) };
}

function faceExpression(state: FaceState): Record<string, number> {
  const { browRaise = 0, smile = 0 } = state;
  return {
    jawOpen: state.jawOpen,
    browInnerUp_L: browRaise,
    browInnerUp_R: browRaise,
    mouthSmile_L: smile,
    mouthSmile_R: smile,
  };
}

/** Keeps the neck a tube down into the collar, in place: the head's own goes over into a bust, wider than clothes for some. */
function slimNeck(head: IctHead, positions: Float32Array): void {
  for (let i = 0; i < positions.length; i += 3) {
    const share = smoothstep(-9, -11.5, head.mean[i + 1] ?? 0);
    if (share === 0) continue;
    const [x, z] = [positions[i] ?? 0, (positions[i + 2] ?? 0) - NECK_Z];
    const radius = Math.hypot(x, z);
    if (radius <= NECK_CM) continue;
    const kept = mix(1, NECK_CM / radius, share);
    positions[i] = x * kept;
    positions[i + 2] = NECK_Z + z * kept;
  }
}

/** The mesh's eyeballs bulge where its own cornea is; lids need something round to lie on. */
function flattenEyeballs(head: IctHead, positions: Float32Array): void {
  for (const side of ['Left', 'Right'] as const) {
    const centre = head.eyeCentre(positions, side);
    const [from, to] = head.eyeballRange(side);
    for (let i = from; i < to; i++) {
      const offset = centre.map((middle, axis) => (positions[i * 3 + axis] ?? 0) - middle);
      const scale = PROXY_CM / Math.hypot(...offset);
      centre.forEach((middle, axis) => (positions[i * 3 + axis] = middle + (offset[axis] ?? 0) * scale));
    }
  }
}

function scatter(from: Float32Array, vertexToPosition: Uint16Array, attribute: BufferAttribute): void {
  const to = attribute.array;
  for (let vertex = 0; vertex < vertexToPosition.length; vertex++) {
    const position = (vertexToPosition[vertex] ?? 0) * 3;
    to[vertex * 3] = from[position] ?? 0;
    to[vertex * 3 + 1] = from[position + 1] ?? 0;
    to[vertex * 3 + 2] = from[position + 2] ?? 0;
  }
  attribute.needsUpdate = true;
}
