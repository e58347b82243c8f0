import { FaceLandmarker } from '@mediapipe/tasks-vision';
import moduleFactory from '@mediapipe/tasks-vision/vision_wasm_module_internal.js';
import { observeFace, type FaceObservables } from './observables.ts';
import { lumaOf, measurePicture, SAMPLE_HEIGHT, SAMPLE_WIDTH, type PictureQuality } from './picture-quality.ts';

const MAX_WIDTH = 640;
const MAX_HEIGHT = 480;

/** What one frame shows. */
export interface Sight {
  readonly face: FaceObservables | null;
  readonly picture: PictureQuality;
}

/** A picture that a 2D canvas can draw, with its size in pixels. */
export interface Picture {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** What tasks-vision looks for on the global object before it makes a task. */
interface TasksVisionScope {
  ModuleFactory?: unknown;
  Module?: object;
}

/**
 * FaceLandmarker on the CPU with the bytes it is given: one face, the transformation matrix, no blendshapes. Nothing is
 * fetched: the glue is part of this bundle and compiles `wasm`.
 */
export class Vision {
  readonly #landmarker: FaceLandmarker;
  readonly #frame = makeCanvas(MAX_WIDTH, MAX_HEIGHT);
  readonly #sample = makeCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT);
  #previousLuma: Float32Array | null = null;
  #lastStampMs = 0;

  private constructor(landmarker: FaceLandmarker) {
    this.#landmarker = landmarker;
  }

  /** Rejects when wasm or model are not what FaceLandmarker expects. */
  static async open(wasm: ArrayBuffer, model: ArrayBuffer, runningMode: 'VIDEO' | 'IMAGE' = 'VIDEO'): Promise<Vision> {
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
    const landmarker = await FaceLandmarker.createFromOptions(
      // An empty loader path: tasks-vision loads no script when the factory is already there.
      { wasmLoaderPath: '', wasmBinaryPath: 'landmarker.wasm' },
      {
        baseOptions: { modelAssetBuffer: new Uint8Array(model), delegate: 'CPU' },
        runningMode,
        numFaces: 1,
        outputFaceBlendshapes: false,
        outputFacialTransformationMatrixes: true,
      },
    );
    return new Vision(landmarker);
  }

  /** Looks at one picture. In video mode `stampMs` orders the frames; equal or earlier stamps are moved on by 1 ms. */
  look(picture: Picture, stampMs: number): Sight {
    const scale = Math.min(1, MAX_WIDTH / picture.width, MAX_HEIGHT / picture.height);
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const { canvas } = this.#frame;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    this.#frame.drawImage(picture.source, 0, 0, width, height);
    this.#sample.drawImage(canvas, 0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    const luma = lumaOf(this.#sample.getImageData(0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT).data);
    const quality = measurePicture(luma, this.#previousLuma);
    this.#previousLuma = luma;
    this.#lastStampMs = Math.max(this.#lastStampMs + 1, Math.round(stampMs));
    const result = this.#landmarker.detectForVideo(canvas, this.#lastStampMs);
    const mesh = result.faceLandmarks[0];
    const matrix = result.facialTransformationMatrixes[0];
    const face = mesh === undefined || matrix === undefined ? null : observeFace(mesh, matrix.data, { width, height });
    return { face, picture: quality };
  }

  /** Looks at one empty picture: the first look compiles and allocates, ten times the cost of any later one. */
  warmUp(): void {
    const empty = new OffscreenCanvas(MAX_WIDTH, MAX_HEIGHT);
    empty.getContext('2d')?.fillRect(0, 0, MAX_WIDTH, MAX_HEIGHT);
    this.look({ source: empty, width: MAX_WIDTH, height: MAX_HEIGHT }, 0);
    this.#previousLuma = null;
  }

  close(): void {
    this.#landmarker.close();
  }
}

function makeCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('this browser gives a worker no 2D canvas');
  return context;
}
