import {
  BufferAttribute,
  type BufferGeometry,
  Color,
  DoubleSide,
  Group,
  Mesh,
  MeshLambertMaterial,
  MeshPhongMaterial,
  SphereGeometry,
  TorusGeometry,
  Vector3,
  type IUniform,
} from 'three';
import type { IctHead } from './ict-head.ts';
import type { Random } from './random.ts';

/** The ten tones of the Monk scale. */
export const MONK_TONES = [
  '#f6ede4',
  '#f3e7db',
  '#f7ead0',
  '#eadaba',
  '#d7bd96',
  '#a07e56',
  '#825c43',
  '#604134',
  '#3a312a',
  '#292420',
] as const;

const IRISES = ['#5b3a1e', '#3a2513', '#7a5a2e', '#5f7d4f', '#4f6f8f', '#6f7f8f'] as const;
const HAIRS = ['#14100d', '#2b1d14', '#4a3020', '#7a5a35', '#b08d57', '#8a8784', '#5a2a1a'] as const;

/** How one person's face stands in one frame; angles in degrees, in the head's own frame for the eyes. */
export interface FaceState {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  readonly eyeYawDeg: number;
  readonly eyePitchDeg: number;
  /** 0 open, 1 closed. */
  readonly lids: number;
  readonly jawOpen: number;
}

/** What a person looks like, drawn by seed. */
export interface Looks {
  readonly monkTone: number;
  readonly glasses: boolean;
  readonly hairStyle: 'short' | 'long' | 'none';
}

/** Linear luminance that automatic exposure brings the darkest skins up to. */
const MIN_SKIN_LUMINANCE = 0.045;
function drawLooks(random: Random): Looks {
  return {
    monkTone: Math.floor(random.between(0, 10)),
    glasses: random.chance(0.3),
    hairStyle: random.pick(['short', 'short', 'long', 'none'] as const),
  };
}

const RAD = Math.PI / 180;
/** Where head and neck turn, in the head's own centimetres. */
const PIVOT = new Vector3(0, -3, -1);

/** One synthetic person: a head of the morphable family with skin, eyes, hair, perhaps glasses, and shoulders. */
export class Person {
  readonly object = new Group();
  readonly looks: Looks;
  readonly #head: IctHead;
  readonly #identity: Float32Array;
  readonly #turning = new Group();
  readonly #meshes: Mesh[] = [];
  readonly #eyeAxes: {
    readonly centre: IUniform<Vector3>;
    readonly axis: IUniform<Vector3>;
    side: 'Left' | 'Right';
  }[] = [];

  /** Draws the looks by seed too, unless they are given. */
  constructor(head: IctHead, random: Random, looks: Looks = drawLooks(random)) {
    this.#head = head;
    this.#identity = head.identity(Array.from({ length: head.identityModes }, () => random.normal(0.8)));
    this.looks = looks;
    const skin = new Color(MONK_TONES[this.looks.monkTone] ?? MONK_TONES[0]);
    skin.offsetHSL(random.normal(0.01), random.normal(0.04), random.normal(0.02));
    exposeFor(skin);
    const hair = new Color(random.pick(HAIRS));
    this.#addSkin(skin, hair, random);
    const iris = random.pick(IRISES);
    this.#addEye('Left', iris);
    this.#addEye('Right', iris);
    if (this.looks.glasses) this.#addGlasses(random);
    this.object.add(this.#turning, shoulders(random));
    this.pose({ yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0 });
  }

  /** Middle between the eyes at rest, against the pivot: where gaze starts. */
  get eyesAt(): Vector3 {
    const left = this.#head.eyeCentre(this.#identity, 'Left');
    const right = this.#head.eyeCentre(this.#identity, 'Right');
    return new Vector3((left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2).sub(PIVOT);
  }

  pose(state: FaceState): void {
    const positions = this.#head.express(this.#identity, expression(state));
    for (const mesh of this.#meshes) {
      const attribute = mesh.geometry.getAttribute('position') as BufferAttribute;
      attribute.array.set(positions);
      attribute.needsUpdate = true;
      mesh.geometry.computeVertexNormals();
    }
    const yaw = state.eyeYawDeg * RAD;
    const pitch = state.eyePitchDeg * RAD;
    for (const eye of this.#eyeAxes) {
      eye.centre.value.set(...this.#head.eyeCentre(this.#identity, eye.side));
      eye.axis.value.set(Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), Math.cos(pitch) * Math.cos(yaw));
    }
    // R = Ry(yaw) Rx(-pitch) Rz(roll), as the pipeline reads it.
    this.#turning.rotation.set(-state.pitchDeg * RAD, state.yawDeg * RAD, state.rollDeg * RAD, 'YXZ');
  }

  dispose(): void {
    this.object.traverse((node) => {
      if (node instanceof Mesh) (node as Mesh).geometry.dispose();
    });
  }

  #addSkin(skin: Color, hair: Color, random: Random): void {
    const geometry = this.#head.geometry(['M_Face', 'M_BackHead']);
    const colours = paint(this.#head, this.#identity, skin, hair, this.looks.hairStyle, random);
    geometry.setAttribute('color', new BufferAttribute(colours, 3));
    const material = new MeshPhongMaterial({
      vertexColors: true,
      shininess: random.between(4, 18),
      specular: new Color(0x222222),
    });
    this.#addMesh(geometry, material);
  }

  #addEye(side: 'Left' | 'Right', iris: string): void {
    const centre = { value: new Vector3() };
    const axis = { value: new Vector3(0, 0, 1) };
    const material = new MeshPhongMaterial({ shininess: 60, specular: new Color(0x444444) });
    material.onBeforeCompile = (shader) => {
      Object.assign(shader.uniforms, { eyeCentre: centre, eyeAxis: axis, irisColour: { value: new Color(iris) } });
      shader.vertexShader = shader.vertexShader
        .replace('#include <common>', '#include <common>\nvarying vec3 vEye;')
        .replace('#include <begin_vertex>', '#include <begin_vertex>\nvEye = position;');
      shader.fragmentShader = shader.fragmentShader
        .replace(
          '#include <common>',
          '#include <common>\nvarying vec3 vEye;\nuniform vec3 eyeCentre;\nuniform vec3 eyeAxis;\nuniform vec3 irisColour;',
        )
        .replace('#include <color_fragment>', EYE_SHADER);
    };
    // Both eyes' shaders differ in their uniforms only, yet must not share one compiled program's closure.
    material.customProgramCacheKey = () => side;
    this.#addMesh(this.#head.geometry([`M_Sclera${side}`]), material);
    this.#eyeAxes.push({ centre, axis, side });
  }

  #addGlasses(random: Random): void {
    const frame = new MeshPhongMaterial({ color: random.pick([0x111111, 0x442211, 0x777777, 0x223344]) });
    for (const side of ['Left', 'Right'] as const) {
      const [x, y, z] = this.#head.eyeCentre(this.#identity, side);
      const rim = new Mesh(new TorusGeometry(random.between(2.3, 2.7), 0.12, 6, 24), frame);
      rim.position.set(x, y - 0.3, z + 2.6).sub(PIVOT);
      this.#turning.add(rim);
    }
  }

  #addMesh(geometry: BufferGeometry, material: MeshPhongMaterial): void {
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    mesh.position.copy(PIVOT).negate();
    this.#meshes.push(mesh);
    this.#turning.add(mesh);
  }
}

/** Pupil, iris, limbus and sclera by the angle against the eye's axis. */
const EYE_SHADER = `
  float turn = degrees(acos(clamp(dot(normalize(vEye - eyeCentre), normalize(eyeAxis)), -1.0, 1.0)));
  vec3 sclera = vec3(0.86, 0.84, 0.82);
  vec3 eye = mix(irisColour, irisColour * 0.35, smoothstep(20.0, 25.0, turn));
  eye = mix(vec3(0.01), eye, smoothstep(8.5, 10.5, turn));
  diffuseColor.rgb = mix(eye, sclera, smoothstep(24.0, 27.0, turn));
`;

/** Lids follow the eyes; a smile or frown is nobody's business here. */
function expression(state: FaceState): Record<string, number> {
  const share = (deg: number, full: number): number => Math.min(1, Math.max(0, deg / full));
  const closing = Math.min(1, Math.max(0, state.lids));
  const weights: Record<string, number> = { jawOpen: state.jawOpen };
  for (const side of ['L', 'R'] as const) {
    const outward = side === 'L' ? state.eyeYawDeg : -state.eyeYawDeg;
    weights[`eyeBlink_${side}`] = closing;
    weights[`eyeLookUp_${side}`] = share(state.eyePitchDeg, 30) * (1 - closing);
    weights[`eyeLookDown_${side}`] = share(-state.eyePitchDeg, 35) * (1 - closing);
    weights[`eyeLookOut_${side}`] = share(outward, 40) * (1 - closing);
    weights[`eyeLookIn_${side}`] = share(-outward, 40) * (1 - closing);
  }
  return weights;
}

function paint(
  head: IctHead,
  identity: Float32Array,
  skin: Color,
  hair: Color,
  style: Looks['hairStyle'],
  random: Random,
): Float32Array {
  const brows = browLines(head, identity);
  const mouth = head.landmark(identity, 62);
  const hairline = random.between(8.2, 9.8);
  const blotch = [random.between(0.3, 0.9), random.between(0.3, 0.9), random.between(0, 6)] as const;
  const colours = new Float32Array(identity.length);
  const colour = new Color();
  for (let i = 0; i < identity.length; i += 3) {
    const [x, y, z] = [identity[i] ?? 0, identity[i + 1] ?? 0, identity[i + 2] ?? 0];
    colour.copy(skin).offsetHSL(0, 0, 0.02 * Math.sin(x * blotch[0] + blotch[2]) * Math.cos(y * blotch[1]));
    const toBrow = Math.min(...brows.map(([bx, by, bz]) => Math.hypot(x - bx, (y - by - 0.15) * 1.9, (z - bz) * 0.6)));
    if (toBrow < 0.75) colour.lerp(hair, 0.75 * (1 - toBrow / 0.75) + 0.2);
    const toMouth = Math.hypot((x - mouth[0]) / 2.4, (y - mouth[1]) / 0.9, (z - mouth[2]) / 3);
    if (toMouth < 1 && z > 8) colour.lerp(new Color(0.55, 0.22, 0.2), 0.45 * (1 - toMouth));
    const back = z < 2.5 && y > -1;
    if (style !== 'none' && (y > hairline + 0.25 * Math.abs(x) * 0.2 || back)) colour.copy(hair);
    if (style === 'long' && z < 1 && y > -14) colour.copy(hair);
    colours.set([colour.r, colour.g, colour.b], i);
  }
  return colours;
}

/** Points along both brows, close enough to make one line each. */
function browLines(head: IctHead, identity: Float32Array): (readonly [number, number, number])[] {
  const points: (readonly [number, number, number])[] = [];
  for (const first of [17, 18, 19, 20, 22, 23, 24, 25]) {
    const from = head.landmark(identity, first);
    const to = head.landmark(identity, first + 1);
    for (let step = 0; step < 4; step++) {
      const share = step / 4;
      points.push([
        from[0] + share * (to[0] - from[0]),
        from[1] + share * (to[1] - from[1]),
        from[2] + share * (to[2] - from[2]),
      ]);
    }
  }
  return points;
}

/** A webcam exposes for the face: the darkest skins are lifted as its automatic exposure would. */
function exposeFor(skin: Color): void {
  const luminance = 0.2126 * skin.r + 0.7152 * skin.g + 0.0722 * skin.b;
  if (luminance < MIN_SKIN_LUMINANCE) skin.multiplyScalar(MIN_SKIN_LUMINANCE / Math.max(luminance, 0.004));
}

function shoulders(random: Random): Mesh {
  const cloth = new MeshLambertMaterial({
    color: new Color().setHSL(random.between(0, 1), random.between(0, 0.6), random.between(0.1, 0.7)),
    side: DoubleSide,
  });
  const body = new Mesh(new SphereGeometry(1, 24, 16), cloth);
  body.scale.set(random.between(19, 24), 24, 11);
  body.position.set(0, -34, -3);
  return body;
}
