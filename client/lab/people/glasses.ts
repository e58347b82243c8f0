import {
  CatmullRomCurve3,
  Color,
  DoubleSide,
  Group,
  Mesh,
  MeshPhongMaterial,
  Shape,
  ShapeGeometry,
  TubeGeometry,
  Vector3,
  type Material,
} from 'three';
import type { GlassesFrame, Looks } from './looks.ts';
import { mix } from './noise.ts';
import { SCREEN_GLOW_SHADER, type GlowUniforms } from './screen-glow.ts';

/** Half width, half height, roundness (2 an ellipse, more is squarer) and lift of the outer upper corner. */
interface RimForm {
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly power: number;
  readonly wing: number;
  readonly onlyTop: boolean;
}

const RIMS: Readonly<Record<GlassesFrame, RimForm>> = {
  round: { halfWidth: 2.25, halfHeight: 2.15, power: 2, wing: 0, onlyTop: false },
  rectangle: { halfWidth: 2.6, halfHeight: 1.55, power: 4, wing: 0, onlyTop: false },
  square: { halfWidth: 2.6, halfHeight: 2.1, power: 3.6, wing: 0.1, onlyTop: false },
  'cat-eye': { halfWidth: 2.65, halfHeight: 1.85, power: 2.8, wing: 0.6, onlyTop: false },
  'half-rim': { halfWidth: 2.55, halfHeight: 1.6, power: 3.6, wing: 0, onlyTop: true },
};

const OUTLINE_POINTS = 36;

/** Where glasses rest: in the head's own frame. */
export interface GlassesSeat {
  /** Middle of the front of each eye. */
  readonly left: Vector3;
  readonly right: Vector3;
  /** The nose's ridge between the eyes. */
  readonly bridge: Vector3;
  /** Over each ear. */
  readonly leftEar: Vector3;
  readonly rightEar: Vector3;
}

/** Frame, temples and lenses that mirror the screen. */
export function glasses(seat: GlassesSeat, looks: Looks, glow: GlowUniforms): Group {
  const group = new Group();
  const form = RIMS[looks.glassesFrame];
  const frame = new MeshPhongMaterial({ color: new Color(looks.glassesColour), shininess: 60, specular: 0x555555 });
  const lens = lensMaterial(looks, glow);
  const frontZ = Math.max(seat.bridge.z + 0.35, (seat.left.z + seat.right.z) / 2 + 1.25);
  const middle = (seat.left.x + seat.right.x) / 2;
  const height = (seat.left.y + seat.right.y) / 2 - 0.35;
  const halfGap = Math.max(0.75, (seat.left.x - seat.right.x) / 2 - form.halfWidth);
  const front = new Group();
  for (const side of [1, -1] as const) {
    const centre = new Vector3(middle + side * (halfGap + form.halfWidth), height, frontZ);
    const outline = rimOutline(form, centre, side);
    front.add(
      tube(form.onlyTop ? outline.slice(0, OUTLINE_POINTS / 2 + 1) : outline, !form.onlyTop, looks.rimCm, frame),
    );
    const shape = new Shape();
    outline.forEach(({ x, y }, i) => (i === 0 ? shape.moveTo(x, y) : shape.lineTo(x, y)));
    const glass = new Mesh(new ShapeGeometry(shape, 1), lens);
    glass.position.z = frontZ;
    glass.renderOrder = 2;
    front.add(glass);
    const hinge = new Vector3(
      centre.x + side * form.halfWidth,
      height + 0.55 * form.halfHeight + form.wing * 0.7,
      frontZ,
    );
    const ear = side === 1 ? seat.leftEar : seat.rightEar;
    const outer = new Vector3(side * mix(Math.abs(hinge.x), Math.abs(ear.x), 0.35), hinge.y, hinge.z - 0.9);
    const behind = ear.clone().add(new Vector3(side * 0.1, -1.6, -1.4));
    group.add(
      tube(
        [hinge, outer, ear.clone().add(new Vector3(0, 0.05, 1)), ear, behind],
        false,
        Math.max(0.1, looks.rimCm * 0.9),
        frame,
      ),
    );
  }
  const bridgeY = height + 0.35 * form.halfHeight;
  const bridge = [-1, 0, 1].map(
    (at) =>
      new Vector3(middle + at * (halfGap + 0.12), bridgeY + (at === 0 ? 0.25 : 0), frontZ + (at === 0 ? 0.15 : 0)),
  );
  front.add(tube(bridge, false, looks.rimCm, frame));
  // The front leans: its lower edge is nearer to the cheeks.
  tilt(front, new Vector3(middle, height, frontZ), 0.09);
  group.add(front);
  group.traverse((part) => (part.castShadow = part instanceof Mesh && part.material === frame));
  return group;
}

function rimOutline(form: RimForm, centre: Vector3, side: 1 | -1): Vector3[] {
  return Array.from({ length: OUTLINE_POINTS }, (_, i) => {
    const angle = (i / OUTLINE_POINTS) * 2 * Math.PI;
    const along = (value: number): number => Math.sign(value) * Math.abs(value) ** (2 / form.power);
    const [x, y] = [along(Math.cos(angle)), along(Math.sin(angle))];
    const wing = form.wing * ((x + 1) / 2) ** 2 * Math.max(0, y + 0.3);
    return new Vector3(centre.x + side * x * form.halfWidth, centre.y + y * form.halfHeight + wing, centre.z);
  });
}

function tube(points: readonly Vector3[], closed: boolean, radius: number, material: Material): Mesh {
  const curve = new CatmullRomCurve3([...points], closed, 'centripetal');
  return new Mesh(new TubeGeometry(curve, points.length * 2, radius, 6, closed), material);
}

function tilt(group: Group, about: Vector3, angle: number): void {
  group.position.copy(about.clone().sub(about.clone().applyAxisAngle(new Vector3(1, 0, 0), angle)));
  group.rotation.x = angle;
}

function lensMaterial(looks: Looks, glow: GlowUniforms): Material {
  const material = new MeshPhongMaterial({
    color: 0x0a1210,
    transparent: true,
    opacity: 0.06,
    depthWrite: false,
    side: DoubleSide,
    shininess: 90,
    specular: new Color(0x333333),
  });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, { glowRect: glow.glowRect, glowLight: glow.glowLight });
    shader.uniforms['glare'] = { value: looks.lensGlare };
    shader.uniforms['coating'] = {
      value: looks.lensGlare < 0.4 ? new Color(0.5, 0.85, 0.7) : new Color(0.85, 0.92, 1),
    };
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nvarying vec2 vLens;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvLens = position.xy;');
    shader.fragmentShader = shader.fragmentShader
      .replace(
        '#include <common>',
        `#include <common>\nvarying vec2 vLens;\nuniform float glare;\nuniform vec3 coating;\n${SCREEN_GLOW_SHADER}`,
      )
      .replace(
        '#include <normal_fragment_maps>',
        `// Lenses are slightly bowed, so what they mirror is smaller than in a flat pane.
        normal = normalize(normal + 0.075 * vec3(vLens.x - sign(vLens.x) * 3.1, vLens.y - 3.2, 0.0));
        float mirrored = glare * screenGlow(-vViewPosition, normal);
        totalEmissiveRadiance += coating * 0.5 * mirrored;
        diffuseColor.a = max(diffuseColor.a, 0.5 * mirrored);`,
      );
  };
  return material;
}
