import { Vector2, Vector4, type IUniform } from 'three';

/** The bright screen that wet eyes and glasses mirror: a rectangle in the camera's plane, centimetres in camera coordinates. */
export interface ScreenGlow {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Uniforms of a mirrored screen, shared by all of a person's materials. */
export class GlowUniforms {
  readonly glowRect: IUniform<Vector4> = { value: new Vector4(-17, 17, -22, -1) };
  /** Brightness, and the softness of the edge in centimetres. */
  readonly glowLight: IUniform<Vector2> = { value: new Vector2(0.8, 2) };

  set(screen: ScreenGlow, brightness: number): void {
    this.glowRect.value.set(screen.left, screen.right, screen.bottom, screen.top);
    this.glowLight.value.x = brightness;
  }
}

/** How bright the mirrored screen is at a point of the surface, in view space. */
export const SCREEN_GLOW_SHADER = `
uniform vec4 glowRect;
uniform vec2 glowLight;
float screenGlow(vec3 at, vec3 normal) {
  vec3 away = reflect(normalize(at), normal);
  if (away.z < 0.05) return 0.0;
  vec2 hit = at.xy - away.xy * (at.z / away.z);
  vec2 inside = smoothstep(glowRect.xz - glowLight.y, glowRect.xz + glowLight.y, hit)
    * (1.0 - smoothstep(glowRect.yw - glowLight.y, glowRect.yw + glowLight.y, hit));
  return glowLight.x * inside.x * inside.y;
}
`;
