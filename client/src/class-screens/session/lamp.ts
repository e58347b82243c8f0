import type { MeasuringState } from '../../classroom/own-measuring.svelte.ts';

/** What the lamp goes by: the state of the measuring and whether it is for the class, and whether the camera is open for another reason. */
export interface LampFacts {
  readonly measuring: MeasuringState;
  readonly contributes: boolean;
  /** The camera that is measured gives no picture. */
  readonly cameraMuted: boolean;
  /** Several windows in a row could not be told. */
  readonly unclear: boolean;
  /** The own camera is published and running: the class sees it. */
  readonly cameraPublished: boolean;
  /** A device check shows the camera to its owner. */
  readonly cameraPreviewed: boolean;
}

export type LampWords =
  | 'camera-off'
  | 'device-only'
  | 'downloading'
  | 'taking-part'
  | 'no-picture'
  | 'unclear'
  | 'paused'
  | 'shown-to-class'
  | 'unavailable';
export type LampLight = 'off' | 'waiting' | 'on' | 'problem';

/**
 * The lamp's words: always the widest way that the camera's picture, or what is made of it, goes right now. So the stage
 * comes before taking part, and taking part before "this device only". A camera that
 * is measured and gives no picture, or one of which nothing can be told, is said instead of what it would be measured for.
 */
export function lampWords(facts: LampFacts): LampWords {
  const { measuring, contributes, cameraMuted, unclear, cameraPublished, cameraPreviewed } = facts;
  if (cameraPublished) return 'shown-to-class';
  if (measuring === 'measuring' && cameraMuted) return 'no-picture';
  if (measuring === 'measuring' && unclear) return 'unclear';
  if (measuring === 'measuring' && contributes) return 'taking-part';
  if (measuring === 'downloading') return measuring;
  if (measuring === 'starting' || measuring === 'measuring' || cameraPreviewed) return 'device-only';
  return measuring === 'off' ? 'camera-off' : measuring;
}

export function lampLight(words: LampWords): LampLight {
  const lights: Record<LampWords, LampLight> = {
    'camera-off': 'off',
    'device-only': 'waiting',
    downloading: 'waiting',
    'taking-part': 'on',
    'no-picture': 'problem',
    unclear: 'problem',
    paused: 'off',
    'shown-to-class': 'on',
    unavailable: 'problem',
  };
  return lights[words];
}
