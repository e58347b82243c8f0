import { ABSTAIN_REASONS, type AbstainReason, type WindowOutcome } from '@lectern/contracts';
import type { ClassScreens } from './class-screens.ts';
import type { MeasuringLimit } from './device-reserves.ts';

/** The files that the worker cannot fetch for itself; the buffers are transferred. */
export interface WorkerBytes {
  readonly landmarkerWasm: ArrayBuffer;
  readonly landmarkerModel: ArrayBuffer;
  readonly ortWasm: ArrayBuffer;
  readonly attentionModel: ArrayBuffer;
}

/** The class clock as the page knows it, stamped with the page's own absolute time (`performance.timeOrigin + now()`). */
export interface ClockSample {
  /** As well as the page knows it; null while it knows nothing. */
  readonly classMs: number | null;
  /** Whether it is known within 100 ms. */
  readonly sure: boolean;
  readonly epochMs: number;
}

/** Page to worker. */
export type ToWorker =
  | { readonly type: 'init'; readonly bytes: WorkerBytes }
  | { readonly type: 'clock'; readonly sample: ClockSample }
  | { readonly type: 'visibility'; readonly visible: boolean }
  | ({ readonly type: 'limit' } & MeasuringLimit)
  | { readonly type: 'screens'; readonly screens: ClassScreens }
  | { readonly type: 'frames'; readonly readable: ReadableStream<VideoFrame> }
  | { readonly type: 'track'; readonly track: MediaStreamTrack }
  | { readonly type: 'bitmap'; readonly bitmap: ImageBitmap }
  | { readonly type: 'ended' };

/** One closed window. */
export interface WindowResult {
  readonly type: 'window';
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
}

/** What the last window cost, for the budget and the bench: coarse numbers about work, none about the person. */
export interface CostReport {
  readonly type: 'cost';
  /** Frames looked at in the window. */
  readonly frames: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly scoreMs: number;
  /** From the window's end to the posted result. */
  readonly lateMs: number;
  readonly targetHz: number;
}

/** Why the worker cannot go on. */
export const WORKER_FAILURES = ['landmarker-failed', 'model-failed', 'frames-failed', 'too-slow'] as const;
export type WorkerFailure = (typeof WORKER_FAILURES)[number];

/** Worker to page; nothing else is accepted. */
export type FromWorker =
  | { readonly type: 'ready' }
  | WindowResult
  | CostReport
  | { readonly type: 'want-bitmap' }
  | { readonly type: 'frames-ended' }
  | { readonly type: 'failed'; readonly failure: WorkerFailure; readonly detail: string };

/** Letters of a failure's text that are kept. */
export const MAX_DETAIL = 300;
/** Steps of a score in the datagram. */
const SCORE_STEPS = 65_535;
/** The most that a figure of cost can be: more milliseconds, frames or hertz are no report of a window. */
const MAX_COST = 600_000;

/**
 * Checks a message from the worker at run time, field by field; null for anything that is not exactly one of the
 * union's forms. An additional key refuses the message: the channel carries nothing that is not named here.
 */
export function parseFromWorker(value: unknown): FromWorker | null {
  if (!isRecord(value)) return null;
  switch (value['type']) {
    case 'ready':
    case 'want-bitmap':
    case 'frames-ended':
      return hasOnly(value, ['type']) ? { type: value['type'] } : null;
    case 'window':
      return parseWindow(value);
    case 'cost':
      return parseCost(value);
    case 'failed':
      return parseFailed(value);
    default:
      return null;
  }
}

function parseWindow(value: Record<string, unknown>): WindowResult | null {
  const { windowIndex } = value;
  if (!hasOnly(value, ['type', 'windowIndex', 'outcome'])) return null;
  if (typeof windowIndex !== 'number' || !Number.isInteger(windowIndex)) return null;
  if (windowIndex < 0 || windowIndex > 0xffff_ffff) return null;
  const outcome = parseOutcome(value['outcome']);
  if (outcome === null) return null;
  // Minus zero is an integer that no datagram gives back.
  return { type: 'window', windowIndex: windowIndex >>> 0, outcome };
}

function parseOutcome(value: unknown): WindowOutcome | null {
  if (!isRecord(value)) return null;
  const { kind, score, reason } = value;
  if (kind === 'score' && hasOnly(value, ['kind', 'score']) && typeof score === 'number' && score >= 0 && score <= 1) {
    // No finer than the datagram has it: what else a double could carry ends here.
    return { kind, score: Math.round(score * SCORE_STEPS) / SCORE_STEPS };
  }
  if (kind === 'abstain' && hasOnly(value, ['kind', 'reason']) && isAbstainReason(reason)) return { kind, reason };
  return null;
}

function parseCost(value: Record<string, unknown>): CostReport | null {
  if (!hasOnly(value, ['type', 'frames', 'frameP50Ms', 'frameP95Ms', 'scoreMs', 'lateMs', 'targetHz'])) return null;
  const number = (key: string): number => {
    const field = value[key];
    if (typeof field !== 'number' || !(Math.abs(field) <= MAX_COST)) return Number.NaN;
    // Hundredths are enough for the budget and the bench.
    return Math.round(field * 100) / 100 + 0;
  };
  const report: CostReport = {
    type: 'cost',
    frames: number('frames'),
    frameP50Ms: number('frameP50Ms'),
    frameP95Ms: number('frameP95Ms'),
    scoreMs: number('scoreMs'),
    lateMs: number('lateMs'),
    targetHz: number('targetHz'),
  };
  return Object.values(report).some((field) => Number.isNaN(field)) ? null : report;
}

function parseFailed(value: Record<string, unknown>): FromWorker | null {
  const failure = WORKER_FAILURES.find((known) => known === value['failure']);
  const detail = value['detail'];
  if (failure === undefined || typeof detail !== 'string' || !hasOnly(value, ['type', 'failure', 'detail']))
    return null;
  return { type: 'failed', failure, detail: detail.slice(0, MAX_DETAIL) };
}

function isAbstainReason(value: unknown): value is AbstainReason {
  return ABSTAIN_REASONS.some((reason) => reason === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(value: Record<string, unknown>, keys: readonly string[]): boolean {
  const present = Object.keys(value);
  return present.length === keys.length && present.every((key) => keys.includes(key));
}
