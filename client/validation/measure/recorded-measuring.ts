import type { WorkerBytes } from '../../src/attention/protocol.ts';
import { aimOf } from '../../src/attention/worker/aim.ts';
import { Baseline } from '../../src/attention/worker/baseline.ts';
import { Eyelids } from '../../src/attention/worker/eyelids.ts';
import { FaceCounter } from '../../src/attention/worker/face-counter.ts';
import { frameInputs } from '../../src/attention/worker/frame-inputs.ts';
import { Measuring, WINDOW_MS, type JudgedWindow } from '../../src/attention/worker/measuring.ts';
import { observeFace, type ObservedFrame } from '../../src/attention/worker/observables.ts';
import { Scorer } from '../../src/attention/worker/scorer.ts';
import { TasksVision } from '../../src/attention/worker/tasks-vision.ts';
import { Vision, type Picture } from '../../src/attention/worker/vision.ts';
import { WindowJudge } from '../../src/attention/worker/window-judge.ts';
import type { SeenFrame, SeenWindow, Take } from './recorded.ts';

/** The worker of the product never looks more often. */
const LOOKS_PER_SECOND = 10;
/** A camera of "10 frames a second" may have some more. */
const RATE_MARGIN = 1.05;

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
  if (take.running === 'image') return new Stills(instruments, vision);
  const isDense = take.framesPerSecond > LOOKS_PER_SECOND * RATE_MARGIN;
  const measuring = new Measuring();
  const sparse = isDense ? await instruments.openVision('video') : null;
  const baseline = take.baseline === 'self' ? new Baseline() : null;
  measuring.open(sparse ?? vision, new WindowJudge(instruments.scorer, baseline));
  measuring.count(instruments.counter);
  return new FramesOfCamera(instruments, measuring, vision, sparse);
}

/** Pictures that have nothing to do with each other: each is the first that is seen of its person. */
class Stills implements RecordingInWork {
  readonly #instruments: Instruments;
  readonly #vision: Vision;

  constructor(instruments: Instruments, vision: Vision) {
    this.#instruments = instruments;
    this.#vision = vision;
  }

  async look(picture: Picture, tMs: number): Promise<SeenFrame> {
    const frame = observed(this.#vision, new Eyelids(), picture, tMs);
    return seen(frame, this.#instruments.counter.count(picture), await facing(this.#instruments.scorer, frame));
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
  readonly #vision: Vision;
  /** Of a recording with more frames than the product looks at: the eyes that windows come from. */
  readonly #sparse: Vision | null;
  readonly #lids = new Eyelids();
  readonly #windows: SeenWindow[] = [];
  #lastFacing: number | null = null;
  #lastSlot = -1;

  constructor(instruments: Instruments, measuring: Measuring, vision: Vision, sparse: Vision | null) {
    this.#instruments = instruments;
    this.#measuring = measuring;
    this.#vision = vision;
    this.#sparse = sparse;
    void measuring.advance(0);
  }

  async look(picture: Picture, tMs: number): Promise<SeenFrame> {
    await this.#advance(tMs);
    const frame = this.#observe(picture, tMs);
    if (frame.face === null) this.#lastFacing = null;
    // Where the eyes go in a blink cannot be seen: as before it.
    else if (frame.lids === 'closed') this.#lastFacing = 0;
    else if (frame.lids === 'open' || this.#lastFacing === null) {
      this.#lastFacing = await facing(this.#instruments.scorer, frame);
    }
    return seen(frame, this.#instruments.counter.count(picture), this.#lastFacing);
  }

  async end(): Promise<readonly SeenWindow[]> {
    await this.#advance(this.#measuring.endMs ?? 0);
    this.#vision.close();
    this.#sparse?.close();
    return this.#windows;
  }

  #observe(picture: Picture, tMs: number): ObservedFrame {
    if (this.#sparse === null) {
      const frame = this.#measuring.look(picture, tMs, tMs);
      if (frame === null) throw new Error('the picture has no size');
      return frame;
    }
    // Windows come from frames as far apart as the product's: what moves, and how far, is judged between two.
    const slot = Math.floor((tMs * LOOKS_PER_SECOND) / 1000);
    if (slot !== this.#lastSlot) this.#measuring.look(picture, tMs, tMs);
    this.#lastSlot = slot;
    return observed(this.#vision, this.#lids, picture, tMs);
  }

  /** Closes the windows that ended by `tMs`, one after the other. */
  async #advance(tMs: number): Promise<void> {
    for (let endMs = this.#measuring.endMs ?? WINDOW_MS; tMs >= endMs; endMs += WINDOW_MS) {
      const closed = await this.#measuring.advance(endMs);
      if (closed !== null) this.#windows.push(windowOf(closed));
    }
  }
}

function observed(vision: Vision, lids: Eyelids, picture: Picture, tMs: number): ObservedFrame {
  const sight = vision.look(picture, tMs);
  const face = sight.face === null ? null : observeFace(sight.face);
  return { tMs, face, lids: face === null ? 'open' : lids.note(tMs, face.openness), picture: sight.picture };
}

/** The frame head's word without a personal baseline; null without a face. */
async function facing(scorer: Scorer, { face, picture }: ObservedFrame): Promise<number | null> {
  if (face === null) return null;
  const [verdict] = await scorer.look([frameInputs(face, aimOf(face), picture)]);
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

function seen({ face, lids }: ObservedFrame, faces: number, facingShare: number | null): SeenFrame {
  return {
    faces: face === null ? faces : Math.max(1, faces),
    pitchDeg: face?.pitchDeg ?? null,
    yawDeg: face?.yawDeg ?? null,
    rollDeg: face?.rollDeg ?? null,
    gazeYawDeg: face?.gazeYawDeg ?? null,
    gazePitchDeg: face?.gazePitchDeg ?? null,
    eyeOpenLeft: face?.eyeOpenLeft ?? null,
    eyeOpenRight: face?.eyeOpenRight ?? null,
    blink: face === null ? null : lids === 'blink',
    facing: facingShare,
  };
}
