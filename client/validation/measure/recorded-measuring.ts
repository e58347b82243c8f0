import { THIS_SCREEN } from '../../src/attention/class-screens.ts';
import type { WorkerBytes } from '../../src/attention/protocol.ts';
import { aimOf } from '../../src/attention/worker/aim.ts';
import { Baseline } from '../../src/attention/worker/baseline.ts';
import { readEyes } from '../../src/attention/worker/eye-reading.ts';
import { Eyelids } from '../../src/attention/worker/eyelids.ts';
import { FaceCounter } from '../../src/attention/worker/face-counter.ts';
import { ASSUMED_VIEW_DEG, type FaceReading } from '../../src/attention/worker/face-reading.ts';
import { frameInputs } from '../../src/attention/worker/frame-inputs.ts';
import { directionOf, vectorOf } from '../../src/attention/worker/geometry.ts';
import { Measuring, WINDOW_MS, type JudgedWindow } from '../../src/attention/worker/measuring.ts';
import { observeFace, type FaceObservables, type ObservedFrame } from '../../src/attention/worker/observables.ts';
import { Scorer } from '../../src/attention/worker/scorer.ts';
import { TasksVision } from '../../src/attention/worker/tasks-vision.ts';
import { Vision, type Picture, type Sight } from '../../src/attention/worker/vision.ts';
import type { SeenFrame, SeenWindow, Take } from './recorded.ts';

/** The worker of the product never looks more often. */
const LOOKS_PER_SECOND = 10;
/** A camera of "10 frames a second" may have some more. */
const RATE_MARGIN = 1.05;
/** As in the product. */
const COUNT_EVERY_MS = 1000;

/** What is opened once for all recordings of a worker. */
export class Instruments {
  readonly counter: FaceCounter;
  readonly scorer: Scorer;
  readonly #tasks: TasksVision;
  readonly #landmarkerModel: ArrayBuffer;

  private constructor(tasks: TasksVision, landmarkerModel: ArrayBuffer, counter: FaceCounter, scorer: Scorer) {
    this.#tasks = tasks;
    this.#landmarkerModel = landmarkerModel;
    this.counter = counter;
    this.scorer = scorer;
  }

  static async open(bytes: WorkerBytes): Promise<Instruments> {
    const tasks = await TasksVision.compile(bytes.landmarkerWasm);
    const counter = await FaceCounter.open(tasks, bytes.landmarkerModel);
    const scorer = await Scorer.open(bytes.ortWasm, bytes.attentionModel);
    return new Instruments(tasks, bytes.landmarkerModel, counter, scorer);
  }

  /** Eyes that have seen nothing yet. */
  async openVision(running: Take['running']): Promise<Vision> {
    const vision = await Vision.open(this.#tasks, this.#landmarkerModel, running);
    vision.warmUp();
    return vision;
  }
}

/** One recording, looked at frame by frame with the product's own modules. */
export interface RecordingInWork {
  look(picture: Picture, tMs: number): Promise<SeenFrame>;
  /** Ends the recording; gives its windows. */
  end(): Promise<readonly SeenWindow[]>;
}

export async function beginRecording(instruments: Instruments, take: Take): Promise<RecordingInWork> {
  const vision = await instruments.openVision(take.running);
  if (take.running === 'image') return new Stills(instruments, vision, take.viewDeg);
  const isDense = take.framesPerSecond > LOOKS_PER_SECOND * RATE_MARGIN;
  const sparse = isDense ? await instruments.openVision('video') : null;
  const measuring = new Measuring();
  const baseline = take.baseline === 'self' ? new Baseline() : null;
  measuring.judgeBy(instruments.scorer, baseline);
  return new FramesOfCamera(instruments, { measuring, baseline }, { vision, sparse }, take.viewDeg);
}

/** Pictures that have nothing to do with each other: each is the first that is seen of its person. */
class Stills implements RecordingInWork {
  readonly #instruments: Instruments;
  readonly #vision: Vision;
  readonly #viewDeg: number | null;

  constructor(instruments: Instruments, vision: Vision, viewDeg: number | null) {
    this.#instruments = instruments;
    this.#vision = vision;
    this.#viewDeg = viewDeg;
  }

  async look(picture: Picture, tMs: number): Promise<SeenFrame> {
    const { scorer, counter } = this.#instruments;
    const sight = this.#vision.look(picture, tMs);
    const faces = counter.count(picture);
    const frame = await observed(scorer, sight, new Eyelids(), tMs);
    const face = this.#viewDeg === null ? frame.face : await inView(scorer, sight, this.#viewDeg);
    return seen(frame, face, faces, await facing(scorer, frame), 0);
  }

  end(): Promise<readonly SeenWindow[]> {
    this.#vision.close();
    return Promise.resolve([]);
  }
}

/** Frames of one camera, the recording's own time in the class clock's place. */
class FramesOfCamera implements RecordingInWork {
  readonly #instruments: Instruments;
  readonly #measuring: Measuring;
  readonly #baseline: Baseline | null;
  readonly #vision: Vision;
  /** Of a recording with more frames than the product looks at: the eyes that windows come from. */
  readonly #sparse: Vision | null;
  readonly #viewDeg: number | null;
  readonly #lids = new Eyelids();
  readonly #windows: SeenWindow[] = [];
  #lastFacing: number | null = null;
  #lastSlot = -1;
  #nextCountMs = 0;
  #hasFrames = false;

  constructor(
    instruments: Instruments,
    { measuring, baseline }: { readonly measuring: Measuring; readonly baseline: Baseline | null },
    eyes: { readonly vision: Vision; readonly sparse: Vision | null },
    viewDeg: number | null,
  ) {
    this.#instruments = instruments;
    this.#measuring = measuring;
    this.#baseline = baseline;
    this.#vision = eyes.vision;
    this.#sparse = eyes.sparse;
    this.#viewDeg = viewDeg;
    void measuring.advance(0);
  }

  async look(picture: Picture, tMs: number): Promise<SeenFrame> {
    this.#hasFrames = true;
    await this.#advance(tMs);
    const sight = this.#vision.look(picture, tMs);
    const faces = this.#instruments.counter.count(picture);
    const frame = await this.#observe(sight, picture, tMs);
    if (tMs >= this.#nextCountMs) {
      this.#nextCountMs = tMs + COUNT_EVERY_MS;
      this.#measuring.noteFaces(faces);
    }
    if (frame.face === null) this.#lastFacing = null;
    // Where the eyes go in a blink cannot be seen: as before it.
    else if (frame.lids === 'closed') this.#lastFacing = 0;
    else if (frame.lids === 'open' || this.#lastFacing === null) {
      this.#lastFacing = await facing(this.#instruments.scorer, frame);
    }
    const eyesPitchDeg = this.#baseline?.eyesPitchDeg ?? 0;
    const viewDeg = this.#viewDeg;
    const face = viewDeg === null ? frame.face : await inView(this.#instruments.scorer, sight, viewDeg);
    return seen(frame, face, faces, this.#lastFacing, eyesPitchDeg);
  }

  async end(): Promise<readonly SeenWindow[]> {
    // What shows no frame has no window either.
    if (this.#hasFrames) await this.#advance(this.#measuring.endMs ?? 0);
    this.#vision.close();
    this.#sparse?.close();
    return this.#windows;
  }

  async #observe(sight: Sight, picture: Picture, tMs: number): Promise<ObservedFrame> {
    if (this.#sparse === null) return this.#measuring.see(sight, tMs);
    // Windows come from frames as far apart as the product's: what moves, and how far, is judged between two.
    const slot = Math.floor((tMs * LOOKS_PER_SECOND) / 1000);
    if (slot !== this.#lastSlot) await this.#measuring.see(this.#sparse.look(picture, tMs), tMs);
    this.#lastSlot = slot;
    return observed(this.#instruments.scorer, sight, this.#lids, tMs);
  }

  /** Closes the windows that ended by `tMs`, one after the other. */
  async #advance(tMs: number): Promise<void> {
    for (let endMs = this.#measuring.endMs ?? WINDOW_MS; tMs >= endMs; endMs += WINDOW_MS) {
      const closed = await this.#measuring.advance(endMs);
      if (closed !== null) this.#windows.push(windowOf(closed));
    }
  }
}

async function observed(scorer: Scorer, sight: Sight, lids: Eyelids, tMs: number): Promise<ObservedFrame> {
  const { face: reading, picture } = sight;
  const face = reading === null ? null : observeFace(reading, await readEyes(scorer, reading));
  return { tMs, face, lids: face === null ? 'open' : lids.note(tMs, face.openness), picture };
}

/** The face as a camera with this field of view sees it, in the place of the one that the product assumes. Only angles in camera coordinates change. */
async function inView(scorer: Scorer, { face }: Sight, viewDeg: number): Promise<FaceObservables | null> {
  if (face === null) return null;
  return observeFace({ ...face, toLens: toLensIn(viewDeg, face) }, await readEyes(scorer, face));
}

/** What is that many pixels beside the optical axis lies further from it where the view is wider. */
function toLensIn(viewDeg: number, { toLens }: FaceReading): FaceReading['toLens'] {
  const halfTangent = (degrees: number): number => Math.tan((degrees * Math.PI) / 360);
  const wider = halfTangent(viewDeg) / halfTangent(ASSUMED_VIEW_DEG);
  const [x, y, z] = vectorOf(toLens);
  const length = Math.hypot(x * wider, y * wider, z);
  return directionOf([(x * wider) / length, (y * wider) / length, z / length]);
}

/** The frame head's word without a personal baseline; null without a face. */
async function facing(scorer: Scorer, { face, picture }: ObservedFrame): Promise<number | null> {
  if (face === null) return null;
  const [verdict] = await scorer.look([frameInputs(face, aimOf(face, THIS_SCREEN.camera), picture, 0)]);
  return verdict?.facing ?? null;
}

function windowOf({ windowIndex, outcome, usableFrames }: JudgedWindow): SeenWindow {
  return {
    window: windowIndex,
    startMs: windowIndex * WINDOW_MS,
    score: outcome.kind === 'score' ? outcome.score : null,
    abstain: outcome.kind === 'abstain' ? outcome.reason : null,
    usableFrames,
  };
}

function seen(
  { lids }: ObservedFrame,
  face: FaceObservables | null,
  faces: number,
  facingShare: number | null,
  eyesPitchDeg: number,
): SeenFrame {
  return {
    faces: face === null ? faces : Math.max(1, faces),
    pitchDeg: face?.pitchDeg ?? null,
    yawDeg: face?.yawDeg ?? null,
    rollDeg: face?.rollDeg ?? null,
    gazeYawDeg: face?.gazeYawDeg ?? null,
    gazePitchDeg: face === null ? null : face.gazePitchDeg - eyesPitchDeg,
    eyeOpenLeft: face?.eyeOpenLeft ?? null,
    eyeOpenRight: face?.eyeOpenRight ?? null,
    blink: face === null ? null : lids === 'blink',
    facing: facingShare,
  };
}
