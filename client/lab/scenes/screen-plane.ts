import { Vector3, type Quaternion } from 'three';

export type Triple = readonly [number, number, number];

/** A flat screen in camera coordinates, in centimetres. */
export interface ScreenPlane {
  readonly centre: Triple;
  /** Unit vector along its width, towards the subject's left; with `up`, its back points along their cross product. */
  readonly along: Triple;
  readonly up: Triple;
  readonly halfWidthCm: number;
  readonly halfHeightCm: number;
}

/** How far beside a screen still counts as on it. */
export const SCREEN_MARGIN_CM = 3;

/** A screen that stands at `centre` with this orientation. */
export function screenPlane(
  centre: Vector3,
  orientation: Quaternion,
  halfWidthCm: number,
  halfHeightCm: number,
): ScreenPlane {
  return {
    centre: centre.toArray(),
    along: new Vector3(1, 0, 0).applyQuaternion(orientation).toArray(),
    up: new Vector3(0, 1, 0).applyQuaternion(orientation).toArray(),
    halfWidthCm,
    halfHeightCm,
  };
}

/** The point at these shares of half the width and half the height from the middle. */
export function pointOn(screen: ScreenPlane, along: number, up: number): Vector3 {
  return new Vector3(...screen.centre)
    .addScaledVector(new Vector3(...screen.along), along * screen.halfWidthCm)
    .addScaledVector(new Vector3(...screen.up), up * screen.halfHeightCm);
}

/** Where a line of sight meets the screen's plane, in centimetres from its middle; null when it never does. */
export function whereOn(
  screen: ScreenPlane,
  from: Vector3,
  direction: Vector3,
): { readonly alongCm: number; readonly upCm: number } | null {
  const along = new Vector3(...screen.along);
  const up = new Vector3(...screen.up);
  const normal = along.clone().cross(up);
  const toCentre = new Vector3(...screen.centre).sub(from);
  const towards = direction.dot(normal);
  const distance = toCentre.dot(normal) / towards;
  // Looked at from behind, or not at all.
  if (!Number.isFinite(distance) || distance <= 0 || towards <= 0) return null;
  const offset = direction.clone().multiplyScalar(distance).sub(toCentre);
  return { alongCm: offset.dot(along), upCm: offset.dot(up) };
}

/** Whether a line of sight meets the screen, its margin included. */
export function meets(
  screen: ScreenPlane,
  from: Vector3,
  direction: Vector3,
  marginCm: number = SCREEN_MARGIN_CM,
): boolean {
  const at = whereOn(screen, from, direction);
  if (at === null) return false;
  return Math.abs(at.alongCm) <= screen.halfWidthCm + marginCm && Math.abs(at.upCm) <= screen.halfHeightCm + marginCm;
}
