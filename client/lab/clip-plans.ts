/** The clips that tests show to a camera. */
export const CLIPS = ['facing', 'away', 'gone', 'dark', 'company'] as const;
export type ClipName = (typeof CLIPS)[number];

export const CLIP_SIZE = { width: 640, height: 480 } as const;

export interface ClipPlan {
  readonly fps: number;
  readonly frames: number;
}

/** Each that is to be scored shows a blink: without any sign of life nobody is. `gone` shows a face for the first 10 s, then the empty chair for 25 s, and then begins again, as every clip does. */
export const CLIP_PLANS: Readonly<Record<ClipName, ClipPlan>> = {
  facing: { fps: 10, frames: 60 },
  away: { fps: 10, frames: 120 },
  gone: { fps: 5, frames: 175 },
  dark: { fps: 10, frames: 60 },
  company: { fps: 10, frames: 60 },
};
/** Frames of `gone` that show a face. */
export const GONE_AFTER_FRAMES = 50;
