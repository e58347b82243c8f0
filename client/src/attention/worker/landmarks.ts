/**
 * The only landmarks of the face mesh that are ever read: the lids' edges and the irises. Left and right are the subject's. `lids` runs
 * from the outer corner along the lower lid to the inner corner and back along the upper one; `iris` is its centre, then its
 * outermost, uppermost, innermost and lowest point. No mouth, no brow, no outline: a test holds this table against everything that
 * indexes a landmark.
 */
export const EYE_LANDMARKS = {
  right: {
    lids: [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
    iris: [468, 471, 470, 469, 472],
  },
  left: {
    lids: [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
    iris: [473, 474, 475, 476, 477],
  },
} as const;

export type EyeLandmarks = (typeof EYE_LANDMARKS)['left' | 'right'];

/** Places in `lids`: the corners. */
export const OUTER_CORNER = 0;
export const INNER_CORNER = 8;
/** Place of the iris's centre among an eye's points: the lids' come first. */
export const IRIS_CENTRE = 16;

/** How many points the mesh with irises has; a result with fewer is not read. */
export const MESH_POINTS = 478;
