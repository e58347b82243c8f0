/** The one landmarker model that is served: Google's float16/1 bundle. */
export const LANDMARKER_MODEL = {
  name: 'face_landmarker.task',
  sha256: '64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff',
  url: 'https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task',
} as const;

/** Its name in the set-up's cache, under models/. */
export const CACHED_LANDMARKER_MODEL = `${LANDMARKER_MODEL.sha256.slice(0, 12)}-${LANDMARKER_MODEL.name}`;
