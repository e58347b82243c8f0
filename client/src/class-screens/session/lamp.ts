/** What the lamp goes by: the signal's own state, and whether the camera is open for another reason. */
export interface LampFacts {
  readonly signal: 'camera-off' | 'starting' | 'downloading' | 'taking-part' | 'unavailable';
  /** The own camera is published and running: the class sees it. */
  readonly cameraPublished: boolean;
  /** A device check shows the camera to its owner. */
  readonly cameraPreviewed: boolean;
}

export type LampWords = 'camera-off' | 'device-only' | 'downloading' | 'taking-part' | 'shown-to-class' | 'unavailable';
export type LampLight = 'off' | 'waiting' | 'on' | 'problem';

/**
 * The lamp's words: always the widest way that the camera's picture, or what is made of it, goes right now. So the stage
 * comes before taking part, and taking part before "this device only".
 */
export function lampWords({ signal, cameraPublished, cameraPreviewed }: LampFacts): LampWords {
  if (cameraPublished) return 'shown-to-class';
  if (signal === 'taking-part' || signal === 'downloading') return signal;
  if (signal === 'starting' || cameraPreviewed) return 'device-only';
  return signal;
}

export function lampLight(words: LampWords): LampLight {
  const lights: Record<LampWords, LampLight> = {
    'camera-off': 'off',
    'device-only': 'waiting',
    downloading: 'waiting',
    'taking-part': 'on',
    'shown-to-class': 'on',
    unavailable: 'problem',
  };
  return lights[words];
}
