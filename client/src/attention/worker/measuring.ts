import type { AbstainReason, WindowOutcome } from '@lectern/contracts';
import type { ClassScreens } from '../class-screens.ts';
import { Baseline } from './baseline.ts';
import { readEyes } from './eye-reading.ts';
import { Eyelids } from './eyelids.ts';
import type { FaceCounter } from './face-counter.ts';
import { observeFace, type ObservedFrame } from './observables.ts';
import type { Scorer } from './scorer.ts';
import type { Picture, Sight, Vision } from './vision.ts';
import { WindowCollector, type ClosedWindow } from './window-collector.ts';
import { WindowJudge } from './window-judge.ts';

/** Length of a window; the contract's constant is not imported, so that no schema library rides in the worker. */
export const WINDOW_MS = 5000;

/** How often faces are counted: company stays longer than that. */
const COUNT_EVERY_MS = 1000;

/** One window that ended. */
export interface JudgedWindow {
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
  readonly usableFrames: number;
}

/**
 * One person before one camera, from pictures to judged windows, in the time that it is given: live the class clock's, else a
 * recording's. Before its parts are there it sees nothing, and its windows abstain.
 */
export class Measuring {
  readonly #windows = new WindowCollector(WINDOW_MS);
  readonly #lids = new Eyelids();
  #vision: Vision | null = null;
  #scorer: Scorer | null = null;
  #judge: WindowJudge | null = null;
  #counter: FaceCounter | null = null;
  #nextCountMs = Number.NEGATIVE_INFINITY;
  #judging: Promise<unknown> = Promise.resolve();
  #screens: ClassScreens | null = null;
  #isUpright: boolean | null = null;

  /** Sees from now on. */
  open(vision: Vision, scorer: Scorer): void {
    this.#vision = vision;
    this.judgeBy(scorer);
  }

  /** Eyes are read and windows judged by this from now on; without a baseline most people's middle stands for everybody's. */
  judgeBy(scorer: Scorer, baseline: Baseline | null = new Baseline()): void {
    this.#scorer = scorer;
    this.#judge = new WindowJudge(scorer, baseline);
    if (this.#screens !== null) this.#judge.setScreens(this.#screens);
  }

  /** Tells company from now on. */
  count(counter: FaceCounter): void {
    this.#counter = counter;
  }

  get canSee(): boolean {
    return this.#vision !== null;
  }

  /**
   * Looks at one picture of the time `tMs`; null while it cannot see. `stampMs` orders the pictures of one camera. The picture is
   * not needed any more once this returns; the promise waits for what the eyes say, and rejects when the model fails.
   */
  async look(picture: Picture, tMs: number, stampMs: number): Promise<ObservedFrame | null> {
    if (this.#vision === null || picture.width === 0 || picture.height === 0) return null;
    const isUpright = picture.height > picture.width;
    if (this.#isUpright !== null && isUpright !== this.#isUpright) this.#judge?.cameraMoved();
    this.#isUpright = isUpright;
    const sight = this.#vision.look(picture, stampMs);
    if (this.#counter !== null && stampMs >= this.#nextCountMs) {
      this.#nextCountMs = stampMs + COUNT_EVERY_MS;
      this.noteFaces(this.#counter.count(picture));
    }
    return this.see(sight, tMs);
  }

  /** Takes what vision saw at the time `tMs`. Rejects when the model fails. */
  async see({ face: seen, picture }: Sight, tMs: number): Promise<ObservedFrame> {
    const eyes = seen === null || this.#scorer === null ? null : await readEyes(this.#scorer, seen);
    const face = seen === null || eyes === null ? null : observeFace(seen, eyes);
    const lids = face === null ? 'open' : this.#lids.note(tMs, face.openness);
    const frame: ObservedFrame = { tMs, face, lids, picture };
    this.#windows.add(frame);
    return frame;
  }

  /** Takes a count of faces of comparable size, about once a second. */
  noteFaces(count: number): void {
    this.#windows.noteFaces(count);
  }

  setPageVisible(visible: boolean, nowMs: number): void {
    this.#windows.setPageVisible(visible, nowMs);
  }

  /** Screens that count from the next window on. */
  setScreens(screens: ClassScreens): void {
    this.#screens = screens;
    this.#judge?.setScreens(screens);
  }

  noteClock(sure: boolean): void {
    this.#windows.noteClock(sure);
  }

  endCamera(): void {
    this.#windows.endCamera();
  }

  /** End of the running window, or null before the first. */
  get endMs(): number | null {
    return this.#windows.endMs;
  }

  /** Moves to the time `nowMs`: the window that ended, if one did, judged after all before it. Rejects when the model fails. */
  advance(nowMs: number): Promise<JudgedWindow> | null {
    const closed = this.#windows.advance(nowMs);
    if (closed === null) return null;
    const judged = this.#judging.then(() => this.#outcome(closed));
    this.#judging = judged.catch(() => undefined);
    return judged.then((outcome) => ({
      windowIndex: closed.windowIndex,
      outcome,
      usableFrames: closed.frames.length,
    }));
  }

  async #outcome(closed: ClosedWindow): Promise<WindowOutcome> {
    if (this.#judge !== null) return this.#judge.judge(closed);
    const reason: AbstainReason = closed.reason ?? 'too-few-frames';
    return { kind: 'abstain', reason };
  }
}
