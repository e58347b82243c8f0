import { abstainReason, type FaceBefore, type WindowCircumstances } from './abstain-rules.ts';
import type { AbstainReason } from '@lectern/contracts';
import { Liveness } from './liveness.ts';
import { hasFace, type ObservedFrame } from './observables.ts';

/** A window that ended: its frames, and why it cannot be told where that is so already. */
export interface ClosedWindow {
  readonly windowIndex: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly frames: readonly ObservedFrame[];
  readonly reason: AbstainReason | null;
}

/** Frames of one window are kept until it closes; then they are forgotten. */
export class WindowCollector {
  readonly #windowMs: number;
  readonly #liveness = new Liveness();
  #frames: ObservedFrame[] = [];
  #windowIndex: number | null = null;
  #startedMs = 0;
  /** Of the windows before. */
  #faceBefore: FaceBefore | null = null;
  #cameraEnded = false;
  #hiddenSinceMs: number | null = null;
  #hiddenMs = 0;
  #clockSure = true;
  #faceCounts: number[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** End of the running window in class milliseconds, or null before the first. */
  get endMs(): number | null {
    return this.#windowIndex === null ? null : (this.#windowIndex + 1) * this.#windowMs;
  }

  /** Adds a frame; one of another window than the running one is dropped (close first). */
  add(frame: ObservedFrame): void {
    if (this.#windowIndex === null || Math.floor(frame.tMs / this.#windowMs) !== this.#windowIndex) return;
    const last = this.#frames.at(-1);
    if (last !== undefined && frame.tMs < last.tMs) return;
    this.#frames.push(frame);
  }

  setPageVisible(visible: boolean, nowMs: number): void {
    if (!visible) this.#hiddenSinceMs ??= nowMs;
    else if (this.#hiddenSinceMs !== null) {
      this.#hiddenMs += nowMs - Math.max(this.#hiddenSinceMs, this.#startedMs);
      this.#hiddenSinceMs = null;
    }
  }

  /** Takes a count of faces of comparable size. */
  noteFaces(count: number): void {
    this.#faceCounts.push(count);
  }

  /** Once unsure, the whole window is. */
  noteClock(sure: boolean): void {
    this.#clockSure &&= sure;
  }

  /** The camera is gone for good. */
  endCamera(): void {
    this.#cameraEnded = true;
  }

  /** Moves to the class time `nowMs`; gives the window that ended, if one did. Windows slept through give nothing. */
  advance(nowMs: number): ClosedWindow | null {
    const index = Math.floor(nowMs / this.#windowMs);
    if (index < 0 || index === this.#windowIndex) return null;
    const closed = this.#windowIndex === index - 1 ? this.#close(this.#windowIndex) : null;
    this.#windowIndex = index;
    // The first window begins when measuring does; the part before it counts as not looked at.
    this.#startedMs = index * this.#windowMs;
    const last = this.#frames.findLast(hasFace);
    if (last !== undefined) this.#faceBefore = { tMs: last.tMs, size: last.face.size };
    this.#frames = [];
    this.#faceCounts = [];
    this.#hiddenMs = 0;
    this.#clockSure = true;
    return closed;
  }

  #close(windowIndex: number): ClosedWindow {
    const startMs = windowIndex * this.#windowMs;
    const endMs = startMs + this.#windowMs;
    const hiddenNow = this.#hiddenSinceMs === null ? 0 : endMs - Math.max(this.#hiddenSinceMs, startMs);
    const hiddenMs = this.#hiddenMs + Math.max(0, hiddenNow);
    const frames = this.#frames;
    this.#liveness.note(frames);
    return {
      windowIndex,
      startMs,
      endMs,
      frames,
      reason: abstainReason(frames, this.#circumstances(hiddenMs, endMs)),
    };
  }

  #circumstances(hiddenMs: number, endMs: number): WindowCircumstances {
    return {
      clockSure: this.#clockSure,
      hiddenMs,
      cameraEnded: this.#cameraEnded,
      faceBefore: this.#faceBefore,
      faceCounts: this.#faceCounts,
      alive: this.#liveness.isShownAt(endMs),
      windowMs: this.#windowMs,
    };
  }
}
