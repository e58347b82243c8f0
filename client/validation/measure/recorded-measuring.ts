import type { WorkerBytes } from '../../src/attention/protocol.ts';
import { FaceCounter } from '../../src/attention/worker/face-counter.ts';
import { observeFace, type FrameObservables } from '../../src/attention/worker/observables.ts';
import { Scorer } from '../../src/attention/worker/scorer.ts';
import { TasksVision } from '../../src/attention/worker/tasks-vision.ts';
import { Vision, type Picture } from '../../src/attention/worker/vision.ts';
import { WindowCollector, type ClosedWindow } from '../../src/attention/worker/window-collector.ts';
import type { SeenFrame, SeenWindow, Take } from './recorded.ts';

const WINDOW_MS = 5000;
const COUNT_EVERY_MS = 1000;
/** The worker of the product never looks more often. */
const LOOKS_PER_SECOND = 10;
/** A camera of "10 frames a second" may have some more. */
const RATE_MARGIN = 1.05;

/** What is opened once for all recordings of a worker. */
export class Instruments {
  readonly tasks: TasksVision;
  readonly bytes: WorkerBytes;
  readonly counter: FaceCounter;
  readonly scorer: Scorer;

  private constructor(tasks: TasksVision, bytes: WorkerBytes, counter: FaceCounter, scorer: Scorer) {
    this.tasks = tasks;
    this.bytes = bytes;
    this.counter = counter;
    this.scorer = scorer;
  }

  static async open(bytes: WorkerBytes): Promise<Instruments> {
    const tasks = await TasksVision.compile(bytes.landmarkerWasm);
    const counter = await FaceCounter.open(tasks, bytes.landmarkerModel);
    return new Instruments(tasks, bytes, counter, await Scorer.open(bytes.ortWasm, bytes.attentionModel));
  }
}

/** One recording, looked at frame by frame with the product's own modules. */
export interface RecordingInWork {
  look(picture: Picture, tMs: number): Promise<SeenFrame>;
  /** Ends the recording; gives its windows. */
  end(): Promise<readonly SeenWindow[]>;
}

export async function beginRecording(instruments: Instruments, take: Take): Promise<RecordingInWork> {
  const vision = await Vision.open(instruments.tasks, instruments.bytes.landmarkerModel, take.running);
  vision.warmUp();
  const look = (picture: Picture, tMs: number): SeenFrame =>
    seen(observe(vision, picture, tMs), instruments.counter.count(picture));
  if (take.running === 'image') {
    return {
      look: (picture, tMs) => Promise.resolve(look(picture, tMs)),
      end: () => {
        vision.close();
        return Promise.resolve([]);
      },
    };
  }
  // Windows come from frames that are as far apart as those of the product: what moves, and how far, is judged between two.
  const sparse =
    take.framesPerSecond > LOOKS_PER_SECOND * RATE_MARGIN
      ? await Vision.open(instruments.tasks, instruments.bytes.landmarkerModel, 'video')
      : null;
  sparse?.warmUp();
  const windows = new WindowsOfRecording(instruments.scorer);
  let lastSlot = -1;
  return {
    async look(picture, tMs) {
      const frame = observe(vision, picture, tMs);
      const faces = instruments.counter.count(picture);
      const slot = Math.floor((tMs * LOOKS_PER_SECOND) / 1000);
      if (sparse === null) await windows.add(frame, faces);
      else if (slot !== lastSlot) await windows.add(observe(sparse, picture, tMs), faces);
      lastSlot = slot;
      return seen(frame, faces);
    },
    async end() {
      vision.close();
      sparse?.close();
      return windows.end();
    },
  };
}

function observe(vision: Vision, picture: Picture, tMs: number): FrameObservables {
  const { face, picture: quality } = vision.look(picture, tMs);
  return { tMs, face: face === null ? null : observeFace(face), picture: quality };
}

/** The windows of a recording, its own time in the class clock's place. */
class WindowsOfRecording {
  readonly #scorer: Scorer;
  readonly #collector = new WindowCollector(WINDOW_MS);
  readonly #closed: SeenWindow[] = [];
  #usable = 0;
  #nextCountMs = 0;

  constructor(scorer: Scorer) {
    this.#scorer = scorer;
    this.#collector.advance(0);
  }

  async add(frame: FrameObservables, faces: number): Promise<void> {
    await this.#advance(frame.tMs);
    this.#collector.add(frame);
    if (frame.face !== null) this.#usable += 1;
    if (frame.tMs >= this.#nextCountMs) {
      this.#nextCountMs = frame.tMs + COUNT_EVERY_MS;
      this.#collector.noteFaces(faces);
    }
  }

  async end(): Promise<readonly SeenWindow[]> {
    await this.#advance(this.#collector.endMs ?? 0);
    return this.#closed;
  }

  async #advance(tMs: number): Promise<void> {
    for (let endMs = this.#collector.endMs ?? 0; tMs >= endMs; endMs += WINDOW_MS) {
      const closed = this.#collector.advance(endMs);
      if (closed !== null) this.#closed.push(await this.#judge(closed));
      this.#usable = 0;
    }
  }

  async #judge({ windowIndex, verdict }: ClosedWindow): Promise<SeenWindow> {
    const told = { window: windowIndex, startMs: windowIndex * WINDOW_MS, usableFrames: this.#usable };
    return verdict.kind === 'abstain'
      ? { ...told, score: null, abstain: verdict.reason }
      : { ...told, score: await this.#scorer.score(verdict.features), abstain: null };
  }
}

function seen({ face }: FrameObservables, faces: number): SeenFrame {
  return {
    faces: face === null ? faces : Math.max(1, faces),
    pitchDeg: face?.pitchDeg ?? null,
    yawDeg: face?.yawDeg ?? null,
    rollDeg: face?.rollDeg ?? null,
    gazeYawDeg: face?.gazeYawDeg ?? null,
    gazePitchDeg: face?.gazePitchDeg ?? null,
    eyeOpenLeft: face?.eyeOpenLeft ?? null,
    eyeOpenRight: face?.eyeOpenRight ?? null,
    blink: face === null ? null : (face.eyeOpenLeft + face.eyeOpenRight) / 2 < 0.12,
    facing: null,
  };
}
