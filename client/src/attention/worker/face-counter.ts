import { FaceDetector } from '@mediapipe/tasks-vision';
import { storedFile } from './task-bundle.ts';
import type { TasksVision } from './tasks-vision.ts';
import type { Picture } from './vision.ts';

/** A second face counts when it covers at least this share of the biggest one's area: not a passer-by far behind. */
export const COMPARABLE_AREA_SHARE = 0.4;
/** Sure enough to abstain for; posters and pictures in the back mostly stay below. */
const MIN_CONFIDENCE = 0.6;

/** A face's box in pixels. */
export interface FaceBox {
  readonly width: number;
  readonly height: number;
}

/**
 * Counts faces about once a second with the detector that is inside the landmarker's bundle. The landmarker itself follows
 * one face: asking it for two reruns its detection on every frame and turns its smoothing off.
 */
export class FaceCounter {
  readonly #detector: FaceDetector;
  readonly #small: OffscreenCanvasRenderingContext2D;

  private constructor(detector: FaceDetector, small: OffscreenCanvasRenderingContext2D) {
    this.#detector = detector;
    this.#small = small;
  }

  /** `bundle` is the landmarker's. Rejects when it holds no detector or the wasm does not start. */
  static async open(tasks: TasksVision, bundle: ArrayBuffer): Promise<FaceCounter> {
    const detector = await tasks.open((files, canvas) =>
      FaceDetector.createFromOptions(files, {
        baseOptions: { modelAssetBuffer: storedFile(bundle, 'face_detector.tflite'), delegate: 'CPU' },
        canvas,
        runningMode: 'IMAGE',
        minDetectionConfidence: MIN_CONFIDENCE,
      }),
    );
    const small = new OffscreenCanvas(SMALL_WIDTH, SMALL_HEIGHT).getContext('2d', { willReadFrequently: true });
    if (small === null) throw new Error('this browser gives a worker no 2D canvas');
    return new FaceCounter(detector, small);
  }

  /** How many faces of comparable size the picture shows. */
  count(picture: Picture): number {
    this.#small.drawImage(picture.source, 0, 0, SMALL_WIDTH, SMALL_HEIGHT);
    const { detections } = this.#detector.detect(this.#small.getImageData(0, 0, SMALL_WIDTH, SMALL_HEIGHT));
    return comparableFaces(detections.flatMap(({ boundingBox }) => (boundingBox === undefined ? [] : [boundingBox])));
  }
}

/** The detector looks at 128x128 anyway. */
const SMALL_WIDTH = 320;
const SMALL_HEIGHT = 240;

/** How many boxes are about as big as the biggest one. */
export function comparableFaces(boxes: readonly FaceBox[]): number {
  const areas = boxes.map(({ width, height }) => width * height);
  const biggest = Math.max(0, ...areas);
  return areas.filter((area) => area >= biggest * COMPARABLE_AREA_SHARE).length;
}
