import type { WorkerBytes } from '../../src/attention/protocol.ts';
import type { FrameRow, WindowRow } from '../rows.ts';

/** What the worker finds in one picture, and in one window. */
export type SeenFrame = Omit<FrameRow, 'file' | 'frame' | 'tMs'>;
export type SeenWindow = Omit<WindowRow, 'file' | 'modelHash'>;

/** Whether windows are scored with the personal baseline that grows in the recording itself, or without one. */
export const BASELINES = ['self', 'none'] as const;
export type Baseline = (typeof BASELINES)[number];

/** One recording as the worker takes it: pictures that have nothing to do with each other, or frames of one camera. */
export type Take = {
  /** The camera's field of view along the longer side of its picture, degrees; null: as the product assumes. */
  readonly viewDeg: number | null;
} & (
  | { readonly running: 'image' }
  | { readonly running: 'video'; readonly framesPerSecond: number; readonly baseline: Baseline }
);

/** Page to worker. Pictures are answered in their order; `look` hands its picture over. */
export type ToRecorded =
  | { readonly type: 'init'; readonly bytes: WorkerBytes }
  | { readonly type: 'begin'; readonly take: Take }
  | { readonly type: 'look'; readonly picture: Blob | VideoFrame | ImageBitmap; readonly tMs: number }
  | { readonly type: 'end' };

/** Worker to page. `unreadable` answers a picture that could not be decoded. */
export type FromRecorded =
  | { readonly type: 'ready' }
  | { readonly type: 'begun' }
  | { readonly type: 'seen'; readonly frame: SeenFrame }
  | { readonly type: 'unreadable'; readonly reason: string }
  | { readonly type: 'ended'; readonly windows: readonly SeenWindow[] }
  | { readonly type: 'failed'; readonly detail: string };

/** One piece of work for a page: a few stills, a sequence or a video. Addresses are those of the loopback server. */
export type Job = { readonly viewDeg: number | null } & (
  | { readonly kind: 'stills'; readonly urls: readonly string[] }
  | {
      readonly kind: 'sequence';
      readonly urls: readonly string[];
      readonly framesPerSecond: number;
      readonly baseline: Baseline;
    }
  | {
      readonly kind: 'video';
      readonly url: string;
      /** At most as many frames a second are looked at; null: all. */
      readonly framesPerSecond: number | null;
      readonly baseline: Baseline;
    }
);

/** What a page tells of its job while it runs. `item` counts stills; a sequence and a video are one. */
export type Part =
  | {
      readonly type: 'frames';
      readonly item: number;
      readonly frames: readonly NumberedFrame[];
      readonly share: number;
    }
  | { readonly type: 'windows'; readonly item: number; readonly windows: readonly SeenWindow[] }
  /** `frame` of a sequence, or null when the item as a whole is meant. */
  | { readonly type: 'unreadable'; readonly item: number; readonly frame: number | null; readonly reason: string }
  | { readonly type: 'done'; readonly item: number };

export interface NumberedFrame extends SeenFrame {
  readonly frame: number;
  readonly tMs: number;
}
