import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { eyePictures, type EyePictures } from './eye-picture.ts';
import { readFace, type FaceReading, type MeshPoint } from './face-reading.ts';
import { lumaOf, measurePicture, SAMPLE_HEIGHT, SAMPLE_WIDTH, type PictureQuality } from './picture-quality.ts';
import type { TasksVision } from './tasks-vision.ts';

const MAX_WIDTH = 640;
const MAX_HEIGHT = 480;
/**
 * Ways to look at a picture for a face, in turn. The detector misses faces narrower than about a tenth of what it is shown, and faces
 * that fill all of it: `share` is the part of width and height that it is shown, beyond 1 with a margin. It also misses faces
 * that are dark against the rest, which a webcam's exposure makes of dark skin in dim light: `lifted` brightens what is dark.
 */
const LOOKS = [
  { share: 1, lifted: false },
  { share: 1, lifted: true },
  { share: 0.6, lifted: false },
  { share: 1.6, lifted: false },
] as const;
/** The exponent by which grey levels are lifted. */
const LIFT = 0.5;
const LIFTED = Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * (level / 255) ** LIFT));

/** What one frame shows. */
export interface Sight {
  readonly face: SeenFace | null;
  readonly picture: PictureQuality;
}

/** One face with its eyes as they look. */
export interface SeenFace extends FaceReading {
  readonly eyes: EyePictures;
}

/** A picture that a 2D canvas can draw, with its size in pixels. */
export interface Picture {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** Frames of one camera in their order, or pictures that have nothing to do with each other. */
export type Running = 'video' | 'image';

/** FaceLandmarker on the CPU with the bytes it is given: one face, the transformation matrix, no blendshapes. */
export class Vision {
  readonly #landmarker: FaceLandmarker;
  readonly #running: Running;
  readonly #frame = makeCanvas(MAX_WIDTH, MAX_HEIGHT);
  readonly #sample = makeCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT);
  #previousLuma: Float32Array | null = null;
  #lastStampMs = 0;
  /** Which part of the current picture is on the frame. */
  #drawnShare = 1;
  /** The place in `LOOKS` that is tried. */
  #way = 0;

  private constructor(landmarker: FaceLandmarker, running: Running) {
    this.#landmarker = landmarker;
    this.#running = running;
  }

  /** Rejects when wasm or model are not what FaceLandmarker expects. */
  static async open(tasks: TasksVision, model: ArrayBuffer, running: Running = 'video'): Promise<Vision> {
    const landmarker = await tasks.open((files, canvas) =>
      FaceLandmarker.createFromOptions(files, {
        baseOptions: { modelAssetBuffer: new Uint8Array(model), delegate: 'CPU' },
        canvas,
        runningMode: running === 'video' ? 'VIDEO' : 'IMAGE',
        numFaces: 1,
        outputFaceBlendshapes: false,
        outputFacialTransformationMatrixes: true,
      }),
    );
    return new Vision(landmarker, running);
  }

  /** Looks at one picture. `stampMs` orders the frames of a video; equal or earlier stamps are moved on by 1 ms. */
  look(picture: Picture, stampMs: number): Sight {
    const scale = Math.min(1, MAX_WIDTH / picture.width, MAX_HEIGHT / picture.height);
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const { canvas } = this.#frame;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    // A camera's frame is dear to draw: the sample is taken from what was drawn, and only another part is drawn anew.
    this.#draw(picture, 1);
    this.#sample.drawImage(canvas, 0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    const luma = lumaOf(this.#sample.getImageData(0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT).data);
    const quality = measurePicture(luma, this.#previousLuma);
    if (this.#running === 'image') {
      return { face: this.#faceOfStill(picture), picture: quality };
    }
    this.#previousLuma = luma;
    this.#lastStampMs = Math.max(this.#lastStampMs + 1, Math.round(stampMs));
    const face = this.#faceIn(picture, LOOKS[this.#way] ?? LOOKS[0]);
    // Without a face the ways are tried in turn; by which one is found the look stays.
    if (face === null) this.#way = (this.#way + 1) % LOOKS.length;
    return { face, picture: quality };
  }

  #faceOfStill(picture: Picture): SeenFace | null {
    for (const look of LOOKS) {
      const face = this.#faceIn(picture, look);
      if (face !== null) return face;
    }
    return null;
  }

  #faceIn(picture: Picture, { share, lifted }: (typeof LOOKS)[number]): SeenFace | null {
    const { width, height } = this.#frame.canvas;
    if (share !== this.#drawnShare) this.#draw(picture, share);
    const pixels = this.#frame.getImageData(0, 0, width, height);
    if (lifted) lift(pixels.data);
    const result =
      this.#running === 'video'
        ? this.#landmarker.detectForVideo(pixels, this.#lastStampMs)
        : this.#landmarker.detect(pixels);
    const mesh = result.faceLandmarks[0];
    const matrix = result.facialTransformationMatrixes[0];
    if (mesh === undefined || matrix === undefined) return null;
    const face = readFace(inFullPicture(mesh, share), inFullView(matrix.data, share), { width, height });
    return face === null ? null : { ...face, eyes: eyePictures(pixels, mesh) };
  }

  #draw({ source }: Picture, share: number): void {
    const { width, height } = this.#frame.canvas;
    const [shownWidth, shownHeight] = [width / share, height / share];
    if (share > 1) this.#frame.fillRect(0, 0, width, height);
    this.#frame.drawImage(source, (width - shownWidth) / 2, (height - shownHeight) / 2, shownWidth, shownHeight);
    this.#drawnShare = share;
  }

  /** Looks at one empty picture: the first look compiles and allocates, ten times the cost of any later one. */
  warmUp(): void {
    const empty = new OffscreenCanvas(MAX_WIDTH, MAX_HEIGHT);
    empty.getContext('2d')?.fillRect(0, 0, MAX_WIDTH, MAX_HEIGHT);
    this.look({ source: empty, width: MAX_WIDTH, height: MAX_HEIGHT }, 0);
    this.#previousLuma = null;
    this.#way = 0;
  }

  close(): void {
    this.#landmarker.close();
  }
}

function lift(pixels: Uint8ClampedArray): void {
  for (let i = 0; i < pixels.length; i += 4) {
    pixels[i] = LIFTED[pixels[i] ?? 0] ?? 0;
    pixels[i + 1] = LIFTED[pixels[i + 1] ?? 0] ?? 0;
    pixels[i + 2] = LIFTED[pixels[i + 2] ?? 0] ?? 0;
  }
}

/** Points of a part, as points of the whole picture. */
function inFullPicture(mesh: readonly MeshPoint[], share: number): readonly MeshPoint[] {
  if (share === 1) return mesh;
  return mesh.map(({ x, y }) => ({ x: 0.5 + (x - 0.5) * share, y: 0.5 + (y - 0.5) * share }));
}

/** The landmarker takes the part for a whole picture: what it places beside the axis stands nearer to it by that share. */
function inFullView(matrix: readonly number[], share: number): readonly number[] {
  return matrix.map((value, i) => (i === 12 || i === 13 ? value * share : value));
}

/** A canvas whose pixels are in memory and not on the GPU. */
export function makeCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('this browser gives a worker no 2D canvas');
  return context;
}
