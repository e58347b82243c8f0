import type { Object3D, Vector3 } from 'three';
import type { FaceState } from '../people/face-state.ts';
import type { ScreenGlow } from '../people/screen-glow.ts';

export const FAMILIES = ['ict', 'canonical'] as const;
export type FamilyName = (typeof FAMILIES)[number];

export const LID_GROUPS = ['open', 'hooded', 'narrow'] as const;
export type LidGroup = (typeof LID_GROUPS)[number];

/** What a balanced design asks of one identity's looks; the rest is drawn by the identity's seed. */
export interface WantedLooks {
  /** Index into the Monk scale, 0..9. */
  readonly monkTone: number;
  readonly lids: LidGroup;
  readonly glasses: boolean;
  readonly covered: boolean;
}

/** Somebody who can be shown to a camera. */
export interface Actor {
  /** Its origin is where head and neck turn. */
  readonly object: Object3D;
  /** Everything about the looks, as data. */
  readonly looks: object;
  /** Middle between the eyes at rest, against the object's origin, in centimetres. */
  readonly eyesAt: Vector3;
  pose(state: FaceState): void;
  /** What eyes and lenses mirror: a screen in the camera's plane, and how bright it is. */
  reflect(screen: ScreenGlow, brightness: number): void;
  dispose(): void;
}

/** Where heads come from: hides how they are made. The same identity and wishes give the same person everywhere. */
export interface FaceFamily {
  readonly name: FamilyName;
  actor(identity: number, wanted: WantedLooks): Actor;
}
