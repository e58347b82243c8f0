import { Color, Matrix3, MeshPhongMaterial, Vector3, type IUniform } from 'three';
import type { Looks } from './looks.ts';
import { SCREEN_GLOW_SHADER, type GlowUniforms } from './screen-glow.ts';

/** Where along the lids their edges are sampled, in degrees from the eye's own front, noseward negative. */
export const LID_SAMPLES_DEG = [-44, -30, -16, -2, 12, 26, 40, 54, 68] as const;

/** From the centre about which the eye turns to the ring where the iris meets the white; centimetres, a grown-up's. */
export const LIMBUS_AT_CM = 1.086;
export const CORNEA_APEX_CM = 1.35;

/** What changes from frame to frame in the picture of one eye. */
export interface EyeUniforms {
  /** The centre that the eye turns about, in the head's frame. */
  readonly eyeCentre: IUniform<Vector3>;
  /** Middle of the eyeball's mesh, which the lids lie on. */
  readonly lidCentre: IUniform<Vector3>;
  /** Turns the head's frame into the eye's own. */
  readonly intoEye: IUniform<Matrix3>;
  /** Elevation of both lids' edges at the sampled places, degrees. */
  readonly lidUpper: IUniform<number[]>;
  readonly lidLower: IUniform<number[]>;
}

/**
 * Draws an eye of true size behind the opening of the lids, whatever the mesh that it is drawn on: each ray is traced through the
 * cornea to the iris or meets the white. The lids throw shade, and the wet surface mirrors lights and the screen.
 */
export function eyeMaterial(
  side: 'left' | 'right',
  looks: Looks,
  irisSeed: number,
  glow: GlowUniforms,
): { readonly material: MeshPhongMaterial; readonly uniforms: EyeUniforms } {
  const uniforms: EyeUniforms = {
    eyeCentre: { value: new Vector3() },
    lidCentre: { value: new Vector3() },
    intoEye: { value: new Matrix3() },
    lidUpper: { value: LID_SAMPLES_DEG.map(() => 12) },
    lidLower: { value: LID_SAMPLES_DEG.map(() => -20) },
  };
  const still = {
    irisColour: { value: new Color(looks.irisColour) },
    pupilCm: { value: looks.pupilCm },
    irisSeed: { value: irisSeed },
    temple: { value: side === 'left' ? 1 : -1 },
    age: { value: looks.age },
    glowRect: glow.glowRect,
    glowLight: glow.glowLight,
  };
  const material = new MeshPhongMaterial({ shininess: 260, specular: new Color(0.035, 0.035, 0.035) });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms, still);
    shader.vertexShader = shader.vertexShader.replace('#include <common>', `#include <common>\n${VARYINGS}`).replace(
      '#include <begin_vertex>',
      `#include <begin_vertex>
        vEye = position;
        vCamera = (inverse(modelViewMatrix) * vec4(0.0, 0.0, 0.0, 1.0)).xyz;`,
    );
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\n${VARYINGS}\n${EYE_FUNCTIONS}\n${SCREEN_GLOW_SHADER}`)
      .replace('#include <color_fragment>', EYE_COLOUR)
      .replace('#include <normal_fragment_maps>', EYE_NORMAL);
  };
  return { material, uniforms };
}

const VARYINGS = 'varying vec3 vEye;\nvarying vec3 vCamera;';

const EYE_FUNCTIONS = `
uniform mat3 normalMatrix;
uniform vec3 eyeCentre;
uniform vec3 lidCentre;
uniform mat3 intoEye;
uniform float lidUpper[${String(LID_SAMPLES_DEG.length)}];
uniform float lidLower[${String(LID_SAMPLES_DEG.length)}];
uniform vec3 irisColour;
uniform float pupilCm;
uniform float irisSeed;
uniform float temple;
uniform float age;
// Distance along a ray to a sphere round the origin; negative when it misses.
float meetSphere(vec3 from, vec3 along, float radius) {
  float half_b = dot(from, along);
  float inside = half_b * half_b - dot(from, from) + radius * radius;
  return inside < 0.0 ? -1.0 : -half_b - sqrt(inside);
}
vec3 irisAt(vec2 at) {
  float rho = length(at);
  float angle = atan(at.y, at.x);
  float fibres = 0.5 + 0.22 * sin(angle * 19.0 + irisSeed) + 0.16 * sin(angle * 43.0 - irisSeed * 2.3 + rho * 9.0)
    + 0.12 * sin(angle * 71.0 + irisSeed * 5.1 - rho * 22.0);
  vec3 colour = irisColour * (0.65 + 0.75 * fibres);
  float collar = 1.0 - smoothstep(0.0, 0.09, abs(rho - pupilCm - 0.1));
  colour = mix(colour, colour * vec3(1.35, 1.15, 0.8), 0.6 * collar);
  colour *= 1.0 - 0.6 * smoothstep(0.44, 0.575, rho);
  return mix(vec3(0.004), colour, smoothstep(pupilCm - 0.015, pupilCm + 0.02, rho));
}
`;

const EYE_COLOUR = `
  vec3 toCamera = intoEye * (vCamera - eyeCentre);
  vec3 onProxy = intoEye * (vEye - eyeCentre);
  vec3 ray = normalize(onProxy - toCamera);
  vec3 fromLids = vEye - lidCentre;
  float azimuth = degrees(atan(fromLids.x * temple, fromLids.z));
  float elevation = degrees(asin(clamp(fromLids.y / length(fromLids), -1.0, 1.0)));

  float whiteAt = meetSphere(toCamera, ray, 1.2335);
  vec3 white = whiteAt > 0.0 ? toCamera + whiteAt * ray : onProxy;
  vec3 eyeNormal = normalize(white);
  float corner = smoothstep(20.0, 62.0, abs(azimuth - 9.0));
  float vein = smoothstep(0.86, 1.0, sin(elevation * 0.7 + 2.5 * sin(azimuth * 0.23 + irisSeed) + irisSeed));
  vec3 eye = mix(vec3(0.64, 0.605, 0.57), vec3(0.56, 0.39, 0.335), 0.55 * corner + 0.22 * vein * corner);
  eye = mix(eye, eye * vec3(1.0, 0.95, 0.82), 0.7 * age);
  // The pink knob in the nose's corner.
  eye = mix(eye, vec3(0.5, 0.2, 0.17), smoothstep(-37.0, -45.0, azimuth));
  float wet = 0.55;

  vec3 corneaFrom = toCamera - vec3(0.0, 0.0, 0.57);
  float corneaAt = meetSphere(corneaFrom, ray, 0.78);
  vec3 cornea = toCamera + corneaAt * ray;
  if (corneaAt > 0.0 && cornea.z > 1.04) {
    vec3 corneaNormal = normalize(cornea - vec3(0.0, 0.0, 0.57));
    vec3 bent = refract(ray, corneaNormal, 1.0 / 1.336);
    vec2 onIris = cornea.xy + bent.xy * ((0.99 - cornea.z) / min(bent.z, -0.05));
    float rim = length(cornea.xy);
    float isIris = 1.0 - smoothstep(0.545, 0.605, rim);
    eye = mix(eye * mix(1.0, 0.62, 1.0 - smoothstep(0.6, 0.64, rim)), irisAt(onIris), isIris);
    eyeNormal = normalize(mix(eyeNormal, corneaNormal, isIris));
    wet = 1.0;
  }

  float place = clamp((azimuth + 44.0) / 14.0, 0.0, 7.999);
  int sampled = int(place);
  float under = mix(lidUpper[sampled], lidUpper[sampled + 1], fract(place)) - elevation;
  float over = elevation - mix(lidLower[sampled], lidLower[sampled + 1], fract(place));
  float shade = mix(0.3, 1.0, smoothstep(-1.0, 11.0, under)) * mix(0.72, 1.0, smoothstep(-1.0, 5.0, over));
  shade *= 1.0 - 0.35 * smoothstep(42.0, 66.0, abs(azimuth - 9.0));
  diffuseColor.rgb = eye * shade;
  wet *= smoothstep(0.2, 0.9, shade);
`;

const EYE_NORMAL = `
  normal = normalize(normalMatrix * (eyeNormal * intoEye));
  totalEmissiveRadiance += vec3(0.75, 0.86, 1.0) * 0.16 * wet * screenGlow(-vViewPosition, normal);
`;
