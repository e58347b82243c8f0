import { FaceDetector } from '@mediapipe/tasks-vision';
import moduleFactory from '@mediapipe/tasks-vision/vision_wasm_module_internal.js';
import { storedFile } from './task-bundle.ts';
import type { Picture } from './vision.ts';

/** A second face counts when it covers at least this share of the biggest one's area: not a passer-by far behind. */
export const COMPARABLE_AREA_SHARE = 0.4;
/** Sure enough to abstain for; posters and pictures in the back mostly stay below. */
const MIN_CONFIDENCE = 0.6;

/** What tasks-vision looks for on the global object before it makes a task. */
interface TasksVisionScope {
  ModuleFactory?: unknown;
  Module?: object;
}

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

  /** `bundle` is face_landmarker.task. Rejects when it holds no detector or the wasm does not start. */
  static async open(wasm: ArrayBuffer, bundle: ArrayBuffer): Promise<FaceCounter> {
    const compiled = await WebAssembly.compile(wasm);
    const scope = globalThis as TasksVisionScope;
    scope.ModuleFactory = moduleFactory;
    scope.Module = {
      instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
        void WebAssembly.instantiate(compiled, imports).then(done);
        return {};
      },
      print: () => undefined,
      printErr: () => undefined,
    };
    const detector = await FaceDetector.createFromOptions(
      { wasmLoaderPath: '', wasmBinaryPath: 'landmarker.wasm' },
      {
        baseOptions: { modelAssetBuffer: storedFile(bundle, 'face_detector.tflite'), delegate: 'CPU' },
        runningMode: 'IMAGE',
        minDetectionConfidence: MIN_CONFIDENCE,
      },
    );
    const small = new OffscreenCanvas(SMALL_WIDTH, SMALL_HEIGHT).getContext('2d', { willReadFrequently: true });
    if (small === null) throw new Error('this browser gives a worker no 2D canvas');
    return new FaceCounter(detector, small);
  }

  /** How many faces of comparable size the picture shows. */
  count(picture: Picture): number {
    this.#small.drawImage(picture.source, 0, 0, SMALL_WIDTH, SMALL_HEIGHT);
    const { detections } = this.#detector.detect(this.#small.canvas);
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
