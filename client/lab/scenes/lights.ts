import { Color, DirectionalLight, Group, HemisphereLight } from 'three';
import { seeded, seedOf } from '../random.ts';
import type { LightKind } from './light-groups.ts';
import type { SceneSpec } from './scene.ts';

interface Fall {
  /** Light from everywhere, from one place, and from the screen. */
  readonly around: number;
  readonly beam: number;
  readonly glow: number;
  /** Where the one comes from, on the desk's axes; mirrored at random. */
  readonly from: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
}

const DAY = [0.9, 0.96, 1] as const;
const WARM = [1, 0.82, 0.6] as const;

export const FALLS: Readonly<Record<LightKind, Fall>> = {
  ceiling: { around: 1.5, beam: 1.3, glow: 0.15, from: [35, 90, 35], colour: [1, 0.96, 0.9] },
  'window-ahead': { around: 0.9, beam: 2.2, glow: 0.1, from: [45, 25, 80], colour: DAY },
  'lamp-aside': { around: 0.3, beam: 1.8, glow: 0.12, from: [80, 25, 25], colour: WARM },
  'window-aside': { around: 0.4, beam: 2.4, glow: 0.1, from: [90, 25, 12], colour: DAY },
  'window-behind': { around: 0.6, beam: 1.6, glow: 0.15, from: [40, 45, -80], colour: DAY },
  'evening-lamp': { around: 0.06, beam: 0.28, glow: 0.07, from: [55, 55, 20], colour: WARM },
  'screen-glow': { around: 0.025, beam: 0.012, glow: 0.22, from: [60, 60, -20], colour: WARM },
  night: { around: 0.001, beam: 0, glow: 0.0006, from: [50, 50, 20], colour: DAY },
};

/** The lights of a scene, on the desk's axes with the eyes at ease in the middle. The screen's glow can be changed: slides do. */
export function buildLights(scene: SceneSpec): { readonly lights: Group; setGlow(share: number): void } {
  const random = seeded(seedOf('light', scene.seed));
  const { around, beam, glow, from, colour } = FALLS[scene.light];
  const lights = new Group();
  const vary = (value: number): number => value * random.between(0.75, 1.3);
  const sky = new HemisphereLight(
    new Color(...colour).lerp(new Color(1, 1, 1), 0.5),
    new Color(0.62, 0.56, 0.5),
    vary(around),
  );
  const lamp = new DirectionalLight(new Color(...colour), vary(beam));
  lamp.position.set(random.pick([-1, 1]) * vary(from[0]), vary(from[1]), from[2] + random.between(-12, 12));
  const screen = new DirectionalLight(new Color(0.85, 0.92, 1), 0);
  screen.position.set(0, -12, 60);
  const level = vary(glow);
  lights.add(sky, lamp, lamp.target, screen, screen.target);
  for (const light of lights.children) light.layers.enableAll();
  const setGlow = (share: number): void => {
    screen.intensity = level * share;
  };
  setGlow(1);
  return { lights, setGlow };
}
