import type { Company } from '../acting/take.ts';
import type { FrameTruth } from '../acting/frame-truth.ts';
import { CLIP_KINDS, writeScript, type ClipKind } from '../acting/scripts.ts';
import type { Stretch } from '../acting/performance.ts';
import type { FamilyName, WantedLooks } from '../families/family.ts';
import { seeded, seedOf, type Random } from '../random.ts';
import { LIGHT_GROUPS, type LightGroup } from '../scenes/light-groups.ts';
import { drawScene, horizontalFovDeg, seatOf, type DeclaredPlace, type SceneSpec } from '../scenes/scene.ts';
import { groupsOf, wantedLooks, type Groups, type Part } from './design.ts';

/** One clip as it is asked for; everything else follows from it. */
export interface ClipSpec {
  readonly family: FamilyName;
  readonly identity: number;
  /** Number among this identity's clips: another one, another scene. */
  readonly clip: number;
  readonly kind: ClipKind;
  readonly part: Part;
  /** Frame rate and length, where they are not drawn. */
  readonly hz?: number;
  readonly seconds?: number;
  /** A camera that delivers each frame, exactly on time. */
  readonly punctual?: boolean;
}

/** How a clip is shot. */
export interface ClipPlan {
  readonly spec: ClipSpec;
  readonly looks: WantedLooks;
  readonly groups: Groups;
  readonly scene: SceneSpec;
  readonly script: readonly Stretch[];
  readonly company: Company;
  readonly photograph: boolean;
  readonly hz: number;
  /** Horizontal field of view, and from the lens to the eyes at ease. */
  readonly hFovDeg: number;
  readonly distanceCm: number;
  /** When the camera delivers its frames, in milliseconds from the clip's beginning. */
  readonly timesMs: readonly number[];
  /** From when on the camera repeats one picture; null when it never does. */
  readonly frozenFromMs: number | null;
}

/** One frame of the data: what the shipped code saw, and the truth beside it. `faces` where they were counted. */
export interface ClipFrame<Seen = unknown> {
  readonly truth: FrameTruth;
  readonly seen: Seen;
  readonly faces?: number;
}

/** Everything rendered of one clip. */
export interface ClipData<Seen = unknown> extends Omit<ClipPlan, 'timesMs'> {
  /** Looks of the person, as drawn. */
  readonly drawnLooks: object;
  readonly costMs: { readonly shoot: number; readonly look: number };
  readonly frames: readonly ClipFrame<Seen>[];
}

/** More frames from slow cameras' clips than this many seconds give are not needed: a window is 5 s. */
const SECONDS = [30, 55] as const;
const RATES: readonly (readonly [number, number])[] = [
  [2, 2.6],
  [2.6, 3.4],
  [2.6, 3.4],
  [3.4, 5],
  [3.4, 5],
  [5, 8],
  [8, 11],
];
const DECLARED: readonly DeclaredPlace[] = ['left', 'right', 'above'];

/** A name that no other clip of the same family has. */
export function clipName({ identity, clip, kind, hz, seconds, punctual }: ClipSpec): string {
  const name = [String(identity).padStart(4, '0'), String(clip).padStart(2, '0'), kind];
  if (hz !== undefined) name.push(`${hz}hz`);
  if (seconds !== undefined) name.push(`${seconds}s`);
  if (punctual === true) name.push('punctual');
  return name.join('-');
}

/** Draws a clip's scene, script and times. The same specification gives the same plan everywhere. */
export function planClip(spec: ClipSpec): ClipPlan {
  const seed = seedOf(spec.family, spec.identity, spec.clip, spec.kind);
  const random = seeded(seed);
  const lightGroup = lightOf(spec);
  const declared = drawDeclared(spec, random);
  const scene = drawScene(seed, random, { lightGroup, declared });
  const hz = spec.hz ?? (spec.kind === 'blinks' ? 10 : drawRate(random));
  const seconds = spec.seconds ?? drawSeconds(spec.kind, random);
  const looks = wantedLooks(spec.identity);
  return {
    spec,
    looks,
    groups: groupsOf(looks, lightGroup),
    scene,
    script: writeScript(spec.kind, seconds * 1000, random),
    company: spec.kind === 'company' ? 'beside' : spec.kind === 'passing' ? 'passing' : 'none',
    photograph: spec.kind === 'photograph',
    hz,
    hFovDeg: horizontalFovDeg(scene.webcam),
    distanceCm: seatOf(scene).length(),
    timesMs: spec.punctual === true ? punctualTimes(hz, seconds) : drawTimes(hz, seconds, random),
    frozenFromMs: spec.kind === 'frozen' ? (random.chance(0.3) ? 0 : random.between(2000, 9000)) : null,
  };
}

/** Light goes round with the clips, so that each identity is seen in each of the three groups. */
function lightOf({ identity, clip, kind }: ClipSpec): LightGroup {
  if (kind === 'dark') return 'dark';
  return LIGHT_GROUPS[(clip + identity + Math.floor(identity / 10)) % 3] ?? 'even';
}

/** Somebody who has declared a screen does not always look at it. */
function drawDeclared({ kind, identity, clip }: ClipSpec, random: Random): DeclaredPlace | null {
  if (kind === 'declared') return DECLARED[(identity + clip) % 3] ?? 'left';
  return random.chance(0.1) ? random.pick(DECLARED) : null;
}

function drawRate(random: Random): number {
  return random.between(...random.pick(RATES));
}

function drawSeconds(kind: ClipKind, random: Random): number {
  if (kind === 'down') return random.between(60, 100);
  return random.between(...SECONDS);
}

/** Cameras and busy devices are not punctual, and leave frames out. */
function drawTimes(hz: number, seconds: number, random: Random): readonly number[] {
  const jitterMs = random.between(0.02, 0.14) * (1000 / hz);
  const dropped = random.chance(0.35) ? random.between(0.02, 0.12) : 0;
  const times: number[] = [];
  let lastMs = -1;
  for (let i = 0; i < seconds * hz; i++) {
    const tMs = Math.max(lastMs + 5, (i * 1000) / hz + random.normal(jitterMs));
    if (random.chance(dropped)) continue;
    lastMs = Math.max(0, Math.round(tMs));
    times.push(lastMs);
  }
  return times;
}

function punctualTimes(hz: number, seconds: number): readonly number[] {
  return Array.from({ length: Math.floor(seconds * hz) }, (_, i) => (i * 1000) / hz);
}

export function isClipKind(name: string): name is ClipKind {
  return (CLIP_KINDS as readonly string[]).includes(name);
}
