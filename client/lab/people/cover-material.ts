import { Color, DoubleSide, MeshLambertMaterial, type Material } from 'three';

/** How a cover's surface looks. */
export type Weave = 'hair' | 'curls' | 'cloth' | 'knit';

/**
 * A material for shells and strips: `covers` (an attribute, above 0 where there is something) ends in strands or in a hem,
 * `shade` darkens, and uv in degrees or centimetres runs along and across. Drawn on both
 * sides: edges stand off the skin, and one looks behind them.
 */
export function coverMaterial(colour: string, weave: Weave): Material {
  const base = new Color(colour);
  const material = new MeshLambertMaterial({ color: base, side: DoubleSide });
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace(
        '#include <common>',
        '#include <common>\nattribute float covers;\nattribute float shade;\nvarying vec4 vCover;',
      )
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvCover = vec4(uv, covers, shade);');
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', `#include <common>\nvarying vec4 vCover;\n${VALUE_NOISE}`)
      .replace('#include <color_fragment>', WEAVES[weave]);
  };
  material.customProgramCacheKey = () => weave;
  return material;
}

const VALUE_NOISE = `
float coverHash(vec2 at) {
  uvec2 cell = uvec2(ivec2(at)) * uvec2(1597334673u, 3812015801u);
  uint mixed = (cell.x ^ cell.y) * 1597334673u;
  return float(mixed >> 8) / 16777216.0;
}
float coverNoise(vec2 at) {
  vec2 low = floor(at);
  vec2 part = at - low;
  part = part * part * (3.0 - 2.0 * part);
  return mix(mix(coverHash(low), coverHash(low + vec2(1.0, 0.0)), part.x),
    mix(coverHash(low + vec2(0.0, 1.0)), coverHash(low + vec2(1.0, 1.0)), part.x), part.y);
}
`;

const WEAVES: Readonly<Record<Weave, string>> = {
  hair: `
    float strand = coverNoise(vec2(vCover.x * 1.1 + 2.0 * sin(vCover.y * 0.05), vCover.y * 0.09 + 40.0));
    float lock = coverNoise(vec2(vCover.x * 0.28, vCover.y * 0.03 + 9.0));
    if (vCover.z + (strand - 0.5) * 0.9 < 0.12) discard;
    diffuseColor.rgb *= vCover.w * (0.45 + 0.7 * strand + 0.5 * lock);
  `,
  curls: `
    float curl = coverNoise(vCover.xy * 0.55) * 0.6 + coverNoise(vCover.xy * 1.3) * 0.4;
    if (vCover.z + (curl - 0.5) * 1.1 < 0.12) discard;
    diffuseColor.rgb *= vCover.w * (0.35 + 1.1 * curl);
  `,
  cloth: `
    if (vCover.z < 0.0) discard;
    diffuseColor.rgb *= vCover.w * (0.92 + 0.12 * coverNoise(vCover.xy * 2.0)) * mix(0.72, 1.0, smoothstep(0.0, 0.25, vCover.z));
  `,
  knit: `
    if (vCover.z < 0.0) discard;
    diffuseColor.rgb *= vCover.w * (0.72 + 0.28 * abs(sin(vCover.x * 1.3)) * (0.8 + 0.2 * sin(vCover.y * 2.2)));
  `,
};
