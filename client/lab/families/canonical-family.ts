import {
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Color,
  CylinderGeometry,
  DoubleSide,
  Group,
  Mesh,
  MeshLambertMaterial,
  MeshPhongMaterial,
  SphereGeometry,
  SRGBColorSpace,
  type Texture,
  Vector3,
} from 'three';
import { eyeAxes, type Side } from '../people/eye-axes.ts';
import type { FaceState } from '../people/face-state.ts';
import { glasses } from '../people/glasses.ts';
import { drawLooks, HEAD_COVERS, skinColour, type LidShape, type Looks } from '../people/looks.ts';
import { GlowUniforms, type ScreenGlow } from '../people/screen-glow.ts';
import { torso } from '../people/torso.ts';
import { seeded, seedOf, type Random } from '../random.ts';
import { throwAway } from '../throw-away.ts';
import {
  BROWS,
  EYE_RINGS,
  jawWeights,
  LIPS,
  OVAL,
  readCanonicalMesh,
  warpFace,
  type CanonicalMesh,
} from './canonical-mesh.ts';
import type { Actor, FaceFamily, LidGroup } from './family.ts';

const RAD = Math.PI / 180;
const SIDES = ['left', 'right'] as const;
/** Where head and neck turn, in the mesh's own centimetres. */
const PIVOT = new Vector3(0, -4, -5);
const EYEBALL_CM = 1.2;
/** How far the iris' middle lies behind the front of the eye's points. */
const EYE_FRONT_CM = 0.08;
const LID_CM = 0.06;
const JAW_DEG = 17;
const JAW_AXIS = { y: 0.5, z: -4 };
const BACK_ROWS = 10;
const BACK_POLE = new Vector3(0, 2.6, -11.5);
/** How much higher than the forehead's edge the crown is. */
const CROWN = 0.3;
const TEXTURE = 512;
const LIDS: Readonly<Record<LidGroup, LidShape>> = { open: 'almond', hooded: 'hooded', narrow: 'narrow' };
/** How far the upper lid of each group is lowered at rest, as a share of the way to the lower one. */
const LOWERED: Readonly<Record<LidGroup, number>> = { open: -0.06, hooded: 0.1, narrow: 0.3 };

/** The first family: warps of the mesh that the landmarker itself fits to faces. Figures on it say little. */
export function canonicalFamily(obj: string): FaceFamily {
  const mesh = readCanonicalMesh(obj);
  return {
    name: 'canonical',
    actor(identity, wanted) {
      const random = seeded(seedOf('canonical', identity));
      const looks = drawLooks(random, {
        monkTone: wanted.monkTone,
        glasses: wanted.glasses,
        lidShape: LIDS[wanted.lids],
        headCover: wanted.covered ? random.pick(HEAD_COVERS.slice(1)) : 'none',
        mask: 'none',
        beard: 'none',
      });
      return new CanonicalActor(mesh, looks, LOWERED[wanted.lids], random);
    },
  };
}

class CanonicalActor implements Actor {
  readonly object = new Group();
  readonly looks: Looks;
  readonly #turning = new Group();
  readonly #rest: Float32Array;
  readonly #jaw: Float32Array;
  readonly #face: Mesh;
  readonly #eyes: Readonly<Record<Side, Vector3>>;
  readonly #eyeballs: Readonly<Record<Side, Mesh>>;
  readonly #lowered: number;
  readonly #glow = new GlowUniforms();
  readonly #textures: Texture[] = [];

  constructor(mesh: CanonicalMesh, looks: Looks, lowered: number, random: Random) {
    this.looks = looks;
    this.#lowered = lowered;
    this.#rest = warpFace(mesh.positions, random);
    this.#jaw = jawWeights(mesh.positions);
    const skin = skinColour(looks.monkTone, random);
    this.#face = this.#skin(mesh, skin, random);
    this.#eyes = { left: this.#eyeCentre('left'), right: this.#eyeCentre('right') };
    const iris = this.#keep(paintEye(looks, random));
    this.#eyeballs = { left: eyeball(iris), right: eyeball(iris) };
    const head = new Group();
    head.position.copy(PIVOT).negate();
    head.add(this.#face, mouth(this.#rest), ...ears(this.#rest, skin));
    for (const side of SIDES) {
      this.#eyeballs[side].position.copy(this.#eyes[side]);
      head.add(this.#eyeballs[side]);
    }
    if (looks.glasses) head.add(glasses(this.#glassesSeat(), looks, this.#glow));
    this.#turning.add(head);
    this.object.add(this.#turning, neck(skin), torso(random, 2.2));
    this.pose({ yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0 });
  }

  get eyesAt(): Vector3 {
    return this.#eyes.left.clone().add(this.#eyes.right).multiplyScalar(0.5).sub(PIVOT);
  }

  pose(state: FaceState): void {
    const attribute = this.#face.geometry.getAttribute('position') as BufferAttribute;
    const positions = attribute.array as Float32Array;
    positions.set(this.#rest);
    this.#openJaw(positions, state.jawOpen);
    for (const side of SIDES) this.#moveLids(positions, side, state);
    backOfHead(positions, this.looks);
    attribute.needsUpdate = true;
    this.#face.geometry.computeVertexNormals();
    const axes = eyeAxes(state, this.looks, this.#eyes);
    for (const side of SIDES) this.#eyeballs[side].quaternion.copy(axes[side].turn);
    this.#turning.rotation.set(-state.pitchDeg * RAD, state.yawDeg * RAD, state.rollDeg * RAD, 'YXZ');
  }

  reflect(screen: ScreenGlow, brightness: number): void {
    this.#glow.set(screen, brightness);
  }

  dispose(): void {
    for (const texture of this.#textures) texture.dispose();
    throwAway(this.object);
  }

  #skin(mesh: CanonicalMesh, skin: Color, random: Random): Mesh {
    const geometry = new BufferGeometry();
    const points = mesh.positions.length / 3 + (BACK_ROWS + 1) * OVAL.length;
    const uvs = new Float32Array(points * 2).fill(0.004);
    uvs.set(mesh.uvs);
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(points * 3), 3));
    geometry.setAttribute('uv', new BufferAttribute(uvs, 2));
    geometry.setAttribute('color', new BufferAttribute(backColours(this.#rest, points, skin, this.looks), 3));
    geometry.setIndex([...mesh.triangles, ...backTriangles(mesh.positions.length / 3)]);
    const map = this.#keep(paintFace(mesh, skin, this.looks, random));
    const material = new MeshPhongMaterial({
      map,
      vertexColors: true,
      shininess: 9,
      specular: 0x1c1c1c,
      side: DoubleSide,
    });
    const face = new Mesh(geometry, material);
    face.frustumCulled = false;
    return face;
  }

  #eyeCentre(side: Side): Vector3 {
    const { outer, inner, upper, lower } = EYE_RINGS[side];
    const corners = this.#point(outer).add(this.#point(inner)).multiplyScalar(0.5);
    const front =
      [...upper, ...lower].reduce((sum, index) => sum + this.#point(index).z, 0) / (upper.length + lower.length);
    return corners.setZ(front + EYE_FRONT_CM - EYEBALL_CM);
  }

  #moveLids(positions: Float32Array, side: Side, state: FaceState): void {
    const { upper, lower, fold } = EYE_RINGS[side];
    const follows = Math.max(-0.22, Math.min(0.6, -state.eyePitchDeg / 55));
    const closed = Math.min(
      1,
      Math.max(-0.25, this.#lowered + follows * (1 - state.lids) + (1 - this.#lowered) * state.lids),
    );
    upper.forEach((index, i) => {
      const up = this.#point(index);
      const down = this.#point(lower[i] ?? index);
      this.#putOnEye(positions, index, up.clone().lerp(down, closed), side);
      this.#putOnEye(
        positions,
        lower[i] ?? index,
        down.clone().lerp(up, 0.12 * Math.max(0, state.lids) - 0.12 * follows),
        side,
      );
      const above = fold[i] ?? index;
      const hood = this.looks.lidShape === 'hooded' ? 0.35 : 0;
      this.#putOnEye(positions, above, this.#point(above).lerp(up.lerp(down, closed), 0.3 * closed + hood), side);
    });
  }

  /** Lids lie on the eyeball. */
  #putOnEye(positions: Float32Array, index: number, point: Vector3, side: Side): void {
    const centre = this.#eyes[side];
    const from = point.sub(centre);
    if (from.length() < EYEBALL_CM + LID_CM) from.setLength(EYEBALL_CM + LID_CM);
    from.add(centre).toArray(positions, index * 3);
  }

  #openJaw(positions: Float32Array, open: number): void {
    if (open <= 0) return;
    this.#jaw.forEach((weight, i) => {
      const angle = open * JAW_DEG * RAD * weight;
      const y = (positions[i * 3 + 1] ?? 0) - JAW_AXIS.y;
      const z = (positions[i * 3 + 2] ?? 0) - JAW_AXIS.z;
      positions[i * 3 + 1] = JAW_AXIS.y + y * Math.cos(angle) - z * Math.sin(angle);
      positions[i * 3 + 2] = JAW_AXIS.z + y * Math.sin(angle) + z * Math.cos(angle);
    });
  }

  #glassesSeat(): Parameters<typeof glasses>[0] {
    const front = (side: Side): Vector3 => this.#eyes[side].clone().add(new Vector3(0, 0, EYEBALL_CM));
    const ear = (index: number, side: number): Vector3 => this.#point(index).add(new Vector3(side * 0.6, 1.2, -2.5));
    return {
      left: front('left'),
      right: front('right'),
      bridge: this.#point(6),
      leftEar: ear(454, 1),
      rightEar: ear(234, -1),
    };
  }

  #point(index: number): Vector3 {
    return new Vector3().fromArray(this.#rest, index * 3);
  }

  #keep<T extends Texture>(texture: T): T {
    this.#textures.push(texture);
    return texture;
  }
}

/** Fills in what the mesh has not: rows of points from the face's edge round the skull. The edge is there twice, for its colours. */
function backOfHead(positions: Float32Array, looks: Looks): void {
  const first = positions.length / 3 - (BACK_ROWS + 1) * OVAL.length;
  const volume = looks.headCover !== 'none' ? 1.14 : VOLUMES[looks.hair];
  for (let row = 0; row <= BACK_ROWS; row++) {
    const t = row / BACK_ROWS;
    const wide =
      Math.cos((t * Math.PI) / 2) ** 0.55 * (1 + (volume - 1 + 0.1) * Math.sin(Math.PI * Math.min(1, t * 1.3)));
    const back = Math.sin((t * Math.PI) / 2);
    OVAL.forEach((index, i) => {
      const [x, y, z] = [positions[index * 3] ?? 0, positions[index * 3 + 1] ?? 0, positions[index * 3 + 2] ?? 0];
      const at = (first + row * OVAL.length + i) * 3;
      positions[at] = x * wide;
      positions[at + 1] =
        BACK_POLE.y + (y - BACK_POLE.y) * (y > BACK_POLE.y ? wide * (1 + CROWN * Math.sin(Math.PI * t)) : wide);
      positions[at + 2] = z + (BACK_POLE.z * volume - z) * back;
    });
  }
}

const VOLUMES: Readonly<Record<Looks['hair'], number>> = { bald: 1, short: 1.05, long: 1.12, curly: 1.22, bun: 1.05 };

function backTriangles(first: number): number[] {
  const triangles: number[] = [];
  const at = (row: number, i: number): number => first + row * OVAL.length + (i % OVAL.length);
  for (let row = 0; row < BACK_ROWS; row++) {
    for (let i = 0; i < OVAL.length; i++) {
      triangles.push(at(row, i), at(row + 1, i), at(row, i + 1), at(row, i + 1), at(row + 1, i), at(row + 1, i + 1));
    }
  }
  return triangles;
}

/** The face is white, for its texture says the colour; behind it, skin, hair or cloth. */
function backColours(rest: Float32Array, points: number, skin: Color, looks: Looks): Float32Array {
  const colours = new Float32Array(points * 3).fill(1);
  const isCovered = looks.headCover !== 'none';
  const hair = new Color(isCovered ? looks.coverColour : looks.hairColour);
  const lowest = looks.headCover === 'headscarf' || looks.hair === 'long' ? -12 : isCovered ? 4 : 0.5;
  for (let row = 0; row <= BACK_ROWS; row++) {
    OVAL.forEach((index, i) => {
      const isHair = row > 0 && (isCovered || looks.hair !== 'bald') && (rest[index * 3 + 1] ?? 0) > lowest;
      const at = (rest.length / 3 + row * OVAL.length + i) * 3;
      (isHair ? hair : skin).toArray(colours, at);
    });
  }
  return colours;
}

function paintFace(mesh: CanonicalMesh, skin: Color, looks: Looks, random: Random): CanvasTexture<OffscreenCanvas> {
  const canvas = new OffscreenCanvas(TEXTURE, TEXTURE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  context.fillStyle = skin.getStyle();
  context.fillRect(0, 0, TEXTURE, TEXTURE);
  for (let i = 0; i < 1400; i++) {
    const size = random.between(1, 16);
    context.fillStyle = random.chance(0.5) ? 'rgba(255,225,205,0.035)' : 'rgba(70,20,10,0.035)';
    context.beginPath();
    context.arc(random.between(0, TEXTURE), random.between(0, TEXTURE), size, 0, 2 * Math.PI);
    context.fill();
  }
  const at = (index: number): readonly [number, number] => [
    (mesh.uvs[index * 2] ?? 0) * TEXTURE,
    (1 - (mesh.uvs[index * 2 + 1] ?? 0)) * TEXTURE,
  ];
  const trace = (points: readonly number[]): void => {
    context.beginPath();
    for (const index of points) context.lineTo(...at(index));
  };
  trace(LIPS);
  context.fillStyle = skin
    .clone()
    .lerp(new Color(0.4, 0.1, 0.1), 0.38)
    .getStyle();
  context.fill();
  context.fillStyle = looks.hairColour;
  for (const brow of BROWS) {
    trace(brow);
    context.globalAlpha = random.between(0.55, 0.85);
    context.fill();
  }
  context.globalAlpha = 1;
  context.strokeStyle = 'rgba(25,14,10,0.8)';
  context.lineWidth = 3;
  for (const side of SIDES) {
    const { outer, upper, inner } = EYE_RINGS[side];
    trace([outer, ...upper, inner]);
    context.stroke();
  }
  // What is not the face takes its colour from its points.
  context.fillStyle = '#fff';
  context.fillRect(0, TEXTURE - 8, 8, 8);
  return finished(canvas);
}

/** Rings from the pole: pupil, iris with its threads, limbus, white. */
function paintEye(looks: Looks, random: Random): CanvasTexture<OffscreenCanvas> {
  const canvas = new OffscreenCanvas(256, 512);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  const row = (degrees: number): number => (degrees / 180) * canvas.height;
  const ring = (fromDeg: number, toDeg: number, colour: string): void => {
    context.fillStyle = colour;
    context.fillRect(0, row(fromDeg), canvas.width, row(toDeg) - row(fromDeg));
  };
  const irisDeg = 28.5;
  const pupilDeg = Math.asin(looks.pupilCm / EYEBALL_CM) / RAD;
  ring(0, 180, '#e2ddd8');
  ring(0, irisDeg, looks.irisColour);
  for (let i = 0; i < 160; i++) {
    context.fillStyle = random.chance(0.5) ? 'rgba(255,255,255,0.12)' : 'rgba(0,0,0,0.18)';
    context.fillRect(random.between(0, canvas.width), row(pupilDeg), random.between(1, 3), row(random.between(4, 18)));
  }
  ring(irisDeg - 3, irisDeg, 'rgba(10,8,8,0.55)');
  ring(0, pupilDeg, '#050404');
  return finished(canvas);
}

function finished(canvas: OffscreenCanvas): CanvasTexture<OffscreenCanvas> {
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

function eyeball(map: Texture): Mesh {
  const geometry = new SphereGeometry(EYEBALL_CM, 40, 48);
  // The pole with the pupil looks forward.
  geometry.rotateX(Math.PI / 2);
  return new Mesh(geometry, new MeshPhongMaterial({ map, shininess: 90, specular: 0x555555 }));
}

function mouth(rest: Float32Array): Mesh {
  const inside = new Mesh(new SphereGeometry(1, 16, 12), new MeshLambertMaterial({ color: 0x2a0d0d }));
  inside.scale.set(2.1, 2.2, 1.6);
  inside.position.set(0, (rest[14 * 3 + 1] ?? -4) - 0.8, (rest[14 * 3 + 2] ?? 5) - 2.6);
  return inside;
}

function ears(rest: Float32Array, skin: Color): readonly Mesh[] {
  return [454, 234].map((index) => {
    const ear = new Mesh(new SphereGeometry(1, 16, 12), new MeshLambertMaterial({ color: skin }));
    ear.scale.set(0.7, 2.9, 1.7);
    ear.position.set((rest[index * 3] ?? 0) * 1.04, rest[index * 3 + 1] ?? 0, (rest[index * 3 + 2] ?? 0) - 1.6);
    return ear;
  });
}

function neck(skin: Color): Mesh {
  const mesh = new Mesh(
    new CylinderGeometry(5.2, 6.2, 18, 28),
    new MeshLambertMaterial({ color: skin.clone().multiplyScalar(0.85) }),
  );
  mesh.position.set(0, -11.5, 0.6);
  return mesh;
}
