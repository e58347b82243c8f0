/**
 * Which screens show the class, as the student said it: the one with the camera, or others beside and above it. Left and right
 * are the student's own.
 */
export interface ClassScreens {
  readonly here: boolean;
  readonly left: boolean;
  readonly right: boolean;
  readonly above: boolean;
}

/** Before the student has said anything else: the screen that the page is on. */
export const THIS_SCREEN: ClassScreens = { here: true, left: false, right: false, above: false };
