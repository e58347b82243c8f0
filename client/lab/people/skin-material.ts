import { Color, DoubleSide, MeshLambertMaterial, MeshPhongMaterial, type Material, type Texture } from 'three';

/** Skin: light goes in and comes out redder beside where it went in, and oil shines where the texture's alpha says so. */
export function skinMaterial(texture: Texture, monkTone: number): Material {
  const material = new MeshPhongMaterial({ map: texture, shininess: 16, specular: new Color(0x3a3a3a) });
  material.onBeforeCompile = (shader) => {
    shader.uniforms['bleed'] = { value: new Color(0.28, 0.17, 0.12).multiplyScalar(1 - 0.06 * monkTone) };
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', '#include <common>\nuniform vec3 bleed;')
      .replace(
        '#include <specularmap_fragment>',
        'float specularStrength = sampledDiffuseColor.a; diffuseColor.a = 1.0;',
      )
      .replace(
        '#include <lights_phong_pars_fragment>',
        `#include <lights_phong_pars_fragment>
        void RE_Direct_Skin(const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal,
          const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in BlinnPhongMaterial material,
          inout ReflectedLight reflectedLight) {
          float facing = dot(geometryNormal, directLight.direction);
          vec3 spread = clamp((vec3(facing) + bleed) / (1.0 + bleed), 0.0, 1.0);
          reflectedLight.directDiffuse += spread * directLight.color * BRDF_Lambert(material.diffuseColor);
          reflectedLight.directSpecular += saturate(facing) * directLight.color * material.specularStrength
            * BRDF_BlinnPhong(directLight.direction, geometryViewDir, geometryNormal, material.specularColor, material.specularShininess);
        }
        #undef RE_Direct
        #define RE_Direct RE_Direct_Skin`,
      );
  };
  return material;
}

/** Lashes, as dark as a camera sees them: thick at the root, thinned out to nothing at the tips; `density` 0..1. */
export function lashMaterial(hair: Color, density: number): Material {
  const material = new MeshLambertMaterial({
    color: hair.clone().multiplyScalar(0.35),
    side: DoubleSide,
    transparent: true,
    depthWrite: false,
  });
  material.onBeforeCompile = (shader) => {
    shader.uniforms['density'] = { value: density };
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', '#include <common>\nvarying vec2 vLash;')
      .replace('#include <begin_vertex>', '#include <begin_vertex>\nvLash = uv;');
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', '#include <common>\nvarying vec2 vLash;\nuniform float density;')
      .replace('#include <color_fragment>', LASH_COLOUR);
  };
  return material;
}

/** Six strips lie one over the other in the texture's v, the lower lids' first, each from its tips to its roots. */
const LASH_COLOUR = `
  float strip = vLash.y * 6.0 - 0.07;
  float root = clamp(fract(strip) / 0.84, 0.0, 1.0);
  float isUpper = step(3.0, strip);
  float clumps = 0.65 + 0.35 * sin(vLash.x * 260.0 + strip * 9.0);
  diffuseColor.a = density * clumps * mix(0.25, 0.75, isUpper) * root * root;
  if (diffuseColor.a < 0.01) discard;
`;
