/**
 * The only landmarks of the face mesh that are ever read: corners and lids of both eyes and the irises. Left and right
 * are the subject's. No mouth, no brow, no outline: a test holds this table against everything that indexes a landmark.
 */
export const EYE_LANDMARKS = {
  right: { outer: 33, inner: 133, upper: [160, 159, 158], lower: [144, 145, 153], iris: 468 },
  left: { outer: 263, inner: 362, upper: [385, 386, 387], lower: [380, 374, 373], iris: 473 },
} as const;

export type EyeLandmarks = (typeof EYE_LANDMARKS)['left' | 'right'];

/** How many points the mesh with irises has; a result with fewer is not read. */
export const MESH_POINTS = 478;
