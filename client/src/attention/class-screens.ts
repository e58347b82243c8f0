/** Where a camera may stand against the screen that it is at, as the student sees it. */
export const CAMERA_PLACES = ['above', 'left', 'right', 'below'] as const;
export type CameraPlace = (typeof CAMERA_PLACES)[number];

/**
 * Which screens show the class, as the student said it: the one with the camera, or others beside and above it; and where that camera
 * stands. Left and right are the student's own.
 */
export interface ClassScreens {
  readonly here: boolean;
  readonly left: boolean;
  readonly right: boolean;
  readonly above: boolean;
  readonly camera: CameraPlace;
}

/** Before the student has said anything else: the screen that the page is on, with its camera where most have theirs. */
export const THIS_SCREEN: ClassScreens = { here: true, left: false, right: false, above: false, camera: 'above' };
