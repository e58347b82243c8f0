import type { WindowOutcome } from '@lectern/contracts';
import { THIS_SCREEN, type CameraPlace, type ClassScreens } from '../../src/attention/class-screens.ts';
import { aimBy } from '../../src/attention/worker/aim.ts';
import { Baseline } from '../../src/attention/worker/baseline.ts';
import { Measuring, WINDOW_MS } from '../../src/attention/worker/measuring.ts';
import type { FaceObservables } from '../../src/attention/worker/observables.ts';
import type { Scorer } from '../../src/attention/worker/scorer.ts';
import type { SeenFace, Sight } from '../../src/attention/worker/vision.ts';
import type { ClipData, ClipFrame } from '../data/clip.ts';
import { windowTruths, type WindowTruth } from './window-truth.ts';

/** A frame of a clip as the shipped code saw it, written to a file: the eyes' pictures in Base64. */
export interface SeenFrame {
  readonly tMs: number;
  readonly face: (Omit<SeenFace, 'eyes'> & { readonly eyes: Readonly<Record<'left' | 'right', string>> }) | null;
  readonly picture: Sight['picture'];
}

/** What the shipped code made of one frame, beside its truth. */
export interface JudgedFrame {
  readonly truth: ClipFrame['truth'];
  readonly face: FaceObservables | null;
  readonly blink: boolean;
  /** By how much the personal baseline of that time says that the gaze seems higher than it is, in degrees. */
  readonly eyesPitchDeg: number;
}

export interface JudgedWindow {
  readonly index: number;
  readonly truth: WindowTruth;
  readonly outcome: WindowOutcome;
}

export interface JudgedClip {
  readonly clip: Omit<ClipData, 'frames'>;
  readonly frames: readonly JudgedFrame[];
  readonly windows: readonly JudgedWindow[];
  /** By how much the baseline moves the gaze's yaw at the clip's end, in degrees. */
  readonly learntYawDeg: number;
}

const AHEAD = aimBy(() => 0);

/**
 * Plays what vision saw of a clip through the worker's own modules, in the clip's time: the same code and the same model that run on a
 * student's device, from the readings of faces on.
 */
export async function judgeClip(clip: ClipData<SeenFrame>, scorer: Scorer): Promise<JudgedClip> {
  const baseline = new Baseline();
  const measuring = new Measuring();
  measuring.judgeBy(scorer, baseline);
  const screens = screensOf(clip);
  measuring.setScreens(screens);
  await measuring.advance(0);
  const truths = windowTruths(
    clip.frames.map(({ truth }) => truth),
    WINDOW_MS,
  );
  const frames: JudgedFrame[] = [];
  const windows: JudgedWindow[] = [];
  for (const { truth, seen, faces } of clip.frames) {
    for (let endMs = measuring.endMs ?? 0; seen.tMs >= endMs; endMs += WINDOW_MS) {
      const judged = await measuring.advance(endMs);
      const windowTruth = judged === null ? undefined : truths.get(judged.windowIndex);
      if (judged !== null && windowTruth !== undefined) {
        windows.push({ index: judged.windowIndex, truth: windowTruth, outcome: judged.outcome });
      }
    }
    const { face, lids } = await measuring.see(sightOf(seen), seen.tMs);
    if (faces !== undefined) measuring.noteFaces(faces);
    frames.push({
      truth,
      face,
      blink: lids === 'blink',
      eyesPitchDeg: baseline.eyesPitchDeg,
    });
  }
  const { frames: _, ...about } = clip;
  return { clip: about, frames, windows, learntYawDeg: -baseline.corrected(AHEAD).gazeYawDeg };
}

function sightOf({ face, picture }: SeenFrame): Sight {
  if (face === null) return { face, picture };
  const bytes = (eye: string): Uint8Array => Buffer.from(eye, 'base64');
  return { face: { ...face, eyes: { left: bytes(face.eyes.left), right: bytes(face.eyes.right) } }, picture };
}

/** What the person of the clip declared, and where they said that the camera stands. */
function screensOf({ scene }: ClipData<SeenFrame>): ClassScreens {
  const screens = { ...THIS_SCREEN, camera: cameraPlaceOf(scene) };
  // A declared screen is one beside the screen with the camera, which shows the class as well.
  return scene.declared === null ? screens : { ...screens, [scene.declared.place]: true };
}

function cameraPlaceOf({ cameraPlace, classScreen }: ClipData<SeenFrame>['scene']): CameraPlace {
  if (cameraPlace !== 'beside') return cameraPlace;
  // In camera coordinates: a screen to the subject's right has its camera to the left.
  return classScreen.centre[0] < 0 ? 'left' : 'right';
}
