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
/** So many looks at one picture: more would find a face sooner, and cost an empty chair as much as two faces. */
const LOOKS_AT_ONE = 2;
/**
 * How sure the landmarker must be of a face that was detected or followed. Its usual 0.5 loses faces that are dark, masked or behind glasses, and what
 * it reads of them is hardly worse (docs/decisions/0103).
 */
const PRESENCE_CONFIDENCE = 0.1;
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
  /** What it shows, in its own size, where that is at hand. */
  readonly pixels?: ImageData;
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
  /** Which part of the current picture is on the frame; null for none of it. */
  #drawnShare: number | null = null;
  /** The place in `LOOKS` that is tried. */
  #way = 0;
  #follows = false;

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
        minFacePresenceConfidence: PRESENCE_CONFIDENCE,
        minTrackingConfidence: PRESENCE_CONFIDENCE,
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
    if (isWhole(picture.pixels, canvas)) this.#drawnShare = null;
    else this.#draw(picture, 1);
    const drawn = this.#drawnShare === null ? picture.source : canvas;
    this.#sample.drawImage(drawn, 0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    const luma = lumaOf(this.#sample.getImageData(0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT).data);
    const quality = measurePicture(luma, this.#previousLuma);
    if (this.#running === 'image') {
      return { face: this.#faceOfStill(picture), picture: quality };
    }
    this.#previousLuma = luma;
    return { face: this.#followed(picture, stampMs), picture: quality };
  }

  /** The ways are tried in turn until one finds a face; by that one the look stays. */
  #followed(picture: Picture, stampMs: number): SeenFace | null {
    this.#lastStampMs = Math.max(this.#lastStampMs, Math.round(stampMs) - 1);
    let face: SeenFace | null = null;
    for (let look = 0; face === null && look < LOOKS_AT_ONE; look += 1) {
      this.#lastStampMs += 1;
      face = this.#faceIn(picture, LOOKS[this.#way] ?? LOOKS[0]);
      // A face that was followed up to now is searched for once more by the same way: only who follows none searches.
      if (face === null && !this.#follows) this.#way = (this.#way + 1) % LOOKS.length;
      this.#follows = face !== null;
    }
    return face;
  }

  #faceOfStill(picture: Picture): SeenFace | null {
    for (const look of LOOKS) {
      const face = this.#faceIn(picture, look);
      if (face !== null) return face;
    }
    return null;
  }

  #faceIn(picture: Picture, { share, lifted }: (typeof LOOKS)[number]): SeenFace | null {
    const pixels = this.#pixelsOf(picture, share, lifted);
    if (lifted) lift(pixels.data);
    const result =
      this.#running === 'video'
        ? this.#landmarker.detectForVideo(pixels, this.#lastStampMs)
        : this.#landmarker.detect(pixels);
    const mesh = result.faceLandmarks[0];
    const matrix = result.facialTransformationMatrixes[0];
    if (mesh === undefined || matrix === undefined) return null;
    const face = readFace(inFullPicture(mesh, share), inFullView(matrix.data, share), pixels);
    return face === null ? null : { ...face, eyes: eyePictures(pixels, mesh) };
  }

  /** What is shown of the picture, to be written on where that is asked for. */
  #pixelsOf(picture: Picture, share: number, writable: boolean): ImageData {
    const { canvas } = this.#frame;
    if (share === 1 && !writable && isWhole(picture.pixels, canvas)) return picture.pixels;
    if (share !== this.#drawnShare) this.#draw(picture, share);
    return this.#frame.getImageData(0, 0, canvas.width, canvas.height);
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

/** Whether these are as many pixels as are looked at. */
function isWhole(pixels: ImageData | undefined, { width, height }: OffscreenCanvas): pixels is ImageData {
  return pixels?.width === width && pixels.height === height;
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
