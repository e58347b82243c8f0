import { toBase64 } from './base64.ts';
import { Euler, Quaternion } from 'three';
import type { Stretch } from './acting/performance.ts';
import { Take } from './acting/take.ts';
import { CLIP_PLANS, CLIP_SIZE, GONE_AFTER_FRAMES, type ClipName } from './clip-plans.ts';
import { ictFamily } from './families/ict-family.ts';
import { seedOf } from './random.ts';
import type { SceneSpec } from './scenes/scene.ts';

declare global {
  interface Window {
    clips: {
      open(name: ClipName, identity: number): Promise<void>;
      /** The next frames as I420, base64. */
      render(count: number): string[];
      close(): void;
    };
  }
}

let clip: { readonly take: Take; readonly fps: number; next: number } | null = null;

window.clips = {
  async open(name, identity) {
    const description: unknown = await (await fetch('/ict-face.json')).json();
    const family = ictFamily(description, await (await fetch('/ict-face.bin')).arrayBuffer());
    const { fps } = CLIP_PLANS[name];
    const spec = {
      seed: seedOf('clip', name, identity),
      identity,
      looks: { monkTone: 4, lids: 'open', glasses: false, covered: false },
      scene: sceneOf(name),
      script: SCRIPTS[name],
      company: name === 'company' ? 'beside' : 'none',
      photograph: false,
    } as const;
    clip = { take: new Take(family, spec, fps), fps, next: 0 };
  },
  render(count) {
    const open = clip;
    if (open === null) throw new Error('no clip is open');
    const { canvas } = open.take.studio;
    return Array.from({ length: count }, () => {
      open.take.shoot((open.next++ * 1000) / open.fps);
      const picture = canvas.getContext('2d')?.getImageData(0, 0, CLIP_SIZE.width, CLIP_SIZE.height);
      if (picture === undefined) throw new Error('no 2D canvas');
      return toBase64(toI420(picture.data));
    });
  },
  close() {
    clip?.take.dispose();
    clip = null;
  },
};

const LONG_MS = 600_000;
const SCRIPTS: Readonly<Record<ClipName, readonly Stretch[]>> = {
  facing: [{ behaviour: 'teacher', posture: 'upright', lengthMs: LONG_MS }],
  // The head about 48 degrees to the side, the eyes further: gaze beyond 60, and still a face that can be found.
  away: [{ behaviour: 'far-aside', posture: 'upright', lengthMs: LONG_MS }],
  gone: [
    { behaviour: 'teacher', posture: 'upright', lengthMs: (GONE_AFTER_FRAMES * 1000) / CLIP_PLANS.gone.fps },
    { behaviour: 'gone', posture: 'away', lengthMs: LONG_MS },
  ],
  dark: [{ behaviour: 'teacher', posture: 'upright', lengthMs: LONG_MS }],
  company: [{ behaviour: 'teacher', posture: 'upright', lengthMs: LONG_MS }],
};

/** A laptop in an evenly lit room, its camera over the middle of the screen's upper edge; or that room at night. */
function sceneOf(name: ClipName): SceneSpec {
  const screen = { along: [1, 0, 0], up: [0, 1, 0], halfWidthCm: 18, halfHeightCm: 10 } as const;
  const ahead = new Quaternion().setFromEuler(new Euler(0.12, 0, 0));
  return {
    seed: 1,
    device: 'laptop',
    cameraPlace: 'above',
    cameraTiltDeg: [0, 0, 0],
    webcam: {
      ...CLIP_SIZE,
      fovDeg: 62,
      readNoise: 0.001,
      shotNoise: 0.006,
      maxGain: 16,
      exposureTarget: 0.2,
      faceWeight: 0.5,
      whiteBalance: [1, 1, 1],
      contrast: 1,
      saturation: 1,
      vignetting: 0.1,
      blurPx: 0.4,
      sharpening: 0,
      codec: { kind: 'none' },
      exposureMs: 15,
    },
    seat: [name === 'company' ? 11 : 0, -2, -58],
    desk: [ahead.x, ahead.y, ahead.z, ahead.w],
    classScreen: { centre: [0, -11, 0], ...screen },
    declared: null,
    otherScreen: { centre: [60, -8, 0], ...screen },
    light: name === 'dark' ? 'night' : 'ceiling',
    lightGroup: name === 'dark' ? 'dark' : 'even',
    background: 'shelf',
    poster: false,
  };
}

/** BT.601 limited range, 4:2:0, as a camera would deliver it. */
function toI420(rgba: Uint8ClampedArray): Uint8Array {
  const { width, height } = CLIP_SIZE;
  const planes = new Uint8Array((width * height * 3) / 2);
  const chromaAt = width * height;
  const chromaWidth = width / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [r, g, b] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
      planes[y * width + x] = 16 + (66 * r + 129 * g + 25 * b + 128) / 256;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const chroma = (y / 2) * chromaWidth + x / 2;
      planes[chromaAt + chroma] = 128 + (-38 * r - 74 * g + 112 * b + 128) / 256;
      planes[chromaAt + chromaAt / 4 + chroma] = 128 + (112 * r - 94 * g - 18 * b + 128) / 256;
    }
  }
  return planes;
}
