import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { observeFace, type FaceObservables, type MeshPoint } from './observables.ts';
import { lumaOf, measurePicture, SAMPLE_HEIGHT, SAMPLE_WIDTH, type PictureQuality } from './picture-quality.ts';
import type { TasksVision } from './tasks-vision.ts';

const MAX_WIDTH = 640;
const MAX_HEIGHT = 480;
/** Width and height of the middle that is looked at when the whole picture shows no face. */
const MIDDLE_SHARE = 0.6;

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

/** FaceLandmarker on the CPU with the bytes it is given: one face, the transformation matrix, no blendshapes. */
export class Vision {
  readonly #landmarker: FaceLandmarker;
  readonly #frame = makeCanvas(MAX_WIDTH, MAX_HEIGHT);
  readonly #sample = makeCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT);
  #previousLuma: Float32Array | null = null;
  #lastStampMs = 0;
  #share = 1;

  private constructor(landmarker: FaceLandmarker) {
    this.#landmarker = landmarker;
  }

  /** Rejects when wasm or model are not what FaceLandmarker expects. */
  static async open(tasks: TasksVision, model: ArrayBuffer): Promise<Vision> {
    const landmarker = await tasks.open((files, canvas) =>
      FaceLandmarker.createFromOptions(files, {
        baseOptions: { modelAssetBuffer: new Uint8Array(model), delegate: 'CPU' },
        canvas,
        runningMode: 'VIDEO',
        numFaces: 1,
        outputFaceBlendshapes: false,
        outputFacialTransformationMatrixes: true,
      }),
    );
    return new Vision(landmarker);
  }

  /** Looks at one picture. `stampMs` orders the frames; equal or earlier stamps are moved on by 1 ms. */
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
    if (this.#share !== 1) this.#zoom(picture, width, height);
    this.#lastStampMs = Math.max(this.#lastStampMs + 1, Math.round(stampMs));
    const result = this.#landmarker.detectForVideo(this.#frame.getImageData(0, 0, width, height), this.#lastStampMs);
    const mesh = result.faceLandmarks[0];
    const matrix = result.facialTransformationMatrixes[0];
    const face =
      mesh === undefined || matrix === undefined
        ? null
        : observeFace(inFullPicture(mesh, this.#share), inFullView(matrix.data, this.#share), { width, height });
    // The detector misses faces narrower than about a tenth of the picture: without one it looks at the whole picture and at
    // its middle in turn, and stays where it found one.
    if (face === null) this.#share = this.#share === 1 ? MIDDLE_SHARE : 1;
    return { face, picture: quality };
  }

  #zoom(picture: Picture, width: number, height: number): void {
    const [w, h] = [picture.width * this.#share, picture.height * this.#share];
    this.#frame.drawImage(picture.source, (picture.width - w) / 2, (picture.height - h) / 2, w, h, 0, 0, width, height);
  }

  /** Looks at one empty picture: the first look compiles and allocates, ten times the cost of any later one. */
  warmUp(): void {
    const empty = new OffscreenCanvas(MAX_WIDTH, MAX_HEIGHT);
    empty.getContext('2d')?.fillRect(0, 0, MAX_WIDTH, MAX_HEIGHT);
    this.look({ source: empty, width: MAX_WIDTH, height: MAX_HEIGHT }, 0);
    this.#previousLuma = null;
    this.#share = 1;
  }

  close(): void {
    this.#landmarker.close();
  }
}

/** Points of the middle part, as points of the whole picture. */
function inFullPicture(mesh: readonly MeshPoint[], share: number): readonly MeshPoint[] {
  if (share === 1) return mesh;
  return mesh.map(({ x, y }) => ({ x: 0.5 + (x - 0.5) * share, y: 0.5 + (y - 0.5) * share }));
}

/** The landmarker takes the part for a whole picture: what it places beside the axis stands nearer to it by that share. */
function inFullView(matrix: readonly number[], share: number): readonly number[] {
  return matrix.map((value, i) => (i === 12 || i === 13 ? value * share : value));
}

function makeCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('this browser gives a worker no 2D canvas');
  return context;
}
