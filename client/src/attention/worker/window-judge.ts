import type { AbstainReason, WindowOutcome } from '@lectern/contracts';
import { THIS_SCREEN, type ClassScreens } from '../class-screens.ts';
import { aimAtSide, aimBy, aimOf, declaredSides, looksTo, SCREEN_MIDDLE, type Aim } from './aim.ts';
import type { Baseline } from './baseline.ts';
import type { Lids } from './eyelids.ts';
import { bridgeGaps } from './face-gaps.ts';
import { weigh, windowFeatures, type JudgedFrame } from './features.ts';
import { frameInputs } from './frame-inputs.ts';
import { LookingDown, type Seen } from './looking-down.ts';
import { LostAside } from './lost-aside.ts';
import { hasFace, type FaceObservables, type FrameWithFace, type ObservedFrame } from './observables.ts';
import { medianOf } from './quantiles.ts';
import type { FrameVerdict, Scorer } from './scorer.ts';
import type { ClosedWindow } from './window-collector.ts';

/** A window that can be told teaches the baseline when the population's model alone is this sure of it. */
const CONFIDENT = 0.85;
/** Probabilities with which a look down begins, and with which one that has begun goes on. */
const DOWN = 0.5;
const PERHAPS_DOWN = 0.2;
const NOTHING: FrameVerdict = { facing: 0, down: 0 };

/** Why a frame says nothing of where somebody looks, although it does not face a screen; null where it does. */
type Untold = Extract<AbstainReason, 'brief' | 'lost-aside'> | null;

/**
 * Judges one person's closed windows, in their order: each face by the model's frame head against the class screens that count, then the
 * window. Keeps what it knows of the person between windows, in memory only.
 */
export class WindowJudge {
  readonly #scorer: Scorer;
  readonly #baseline: Baseline | null;
  readonly #lookingDown = new LookingDown();
  readonly #lostAside = new LostAside();
  #screens: ClassScreens = THIS_SCREEN;
  #lastFace: JudgedFrame | null = null;
  /** Of the last frame whose eyes did not blink. */
  #lastVerdict = NOTHING;

  /** Without a baseline most people's middle stands for everybody's. */
  constructor(scorer: Scorer, baseline: Baseline | null) {
    this.#scorer = scorer;
    this.#baseline = baseline;
  }

  /** From the next window on. */
  setScreens(screens: ClassScreens): void {
    if (screens.camera !== this.#screens.camera) this.cameraMoved();
    this.#screens = screens;
  }

  /** The camera stands elsewhere than before, as when a phone is turned: what was learnt of the person's middle does not hold there. */
  cameraMoved(): void {
    this.#baseline?.forget();
  }

  /** Rejects when the model fails. */
  async judge(closed: ClosedWindow): Promise<WindowOutcome> {
    const { startMs, endMs, reason } = closed;
    const found = await this.#judged(closed.frames, reason === null);
    const untold = found.map((frame, i) => this.#untold(frame, closed.frames[i]));
    const frames = bridgeGaps(found, this.#lastFace);
    this.#lastFace = found.findLast((frame) => frame.hasFace) ?? this.#lastFace;
    if (reason !== null) return { kind: 'abstain', reason };
    const score = await this.#scorer.score(windowFeatures(frames, startMs, endMs));
    const undecided = score < 0.5 ? undecidedBy(frames, untold, startMs, endMs) : null;
    return undecided === null ? { kind: 'score', score } : { kind: 'abstain', reason: undecided };
  }

  #untold(frame: JudgedFrame, observed: ObservedFrame | undefined): Untold {
    const face = observed?.face ?? null;
    const isBrief = this.#lookingDown.note(frame.tMs, seenOf(frame, observed?.lids)) === 'brief';
    const isLostAside = this.#lostAside.note(frame.tMs, face === null ? null : this.#looksToDeclared(face));
    return isLostAside ? 'lost-aside' : isBrief ? 'brief' : null;
  }

  #looksToDeclared(face: FaceObservables): boolean {
    const aim = this.#corrected(aimOf(face, this.#screens.camera));
    return declaredSides(this.#screens).some((side) => looksTo(aim, side));
  }

  /** Against the person's own middle, once it is known. */
  #corrected(aim: Aim): Aim {
    return this.#baseline?.corrected(aim) ?? aim;
  }

  async #judged(frames: readonly ObservedFrame[], teaches: boolean): Promise<JudgedFrame[]> {
    const seen = frames.filter(hasFace);
    const verdicts = new Map<ObservedFrame, FrameVerdict>();
    (await this.#verdicts(seen, teaches)).forEach((verdict, i) => {
      const frame = seen[i];
      if (frame !== undefined) verdicts.set(frame, verdict);
    });
    return frames.map((frame) => {
      // Where the eyes go in a blink cannot be seen: as before it.
      if (frame.lids !== 'blink') this.#lastVerdict = verdicts.get(frame) ?? NOTHING;
      // Closed eyes look at nothing: neither at the screen nor down at notes.
      const { facing, down } = frame.lids === 'closed' ? NOTHING : this.#lastVerdict;
      return { tMs: frame.tMs, hasFace: hasFace(frame), facing, down };
    });
  }

  async #verdicts(seen: readonly FrameWithFace[], teaches: boolean): Promise<readonly FrameVerdict[]> {
    if (seen.length === 0) return [];
    const aims = seen.map(({ face }) => aimOf(face, this.#screens.camera));
    const own = aims.map((aim) => this.#corrected(aim));
    const ahead = await this.#ask(seen, own, this.#baseline?.trust ?? 0);
    if (teaches) await this.#learn(seen, aims, ahead);
    const facing = ahead.map((verdict) => (this.#screens.here ? verdict.facing : 0));
    for (const side of declaredSides(this.#screens)) {
      const verdicts = await this.#ask(
        seen,
        own.map((aim) => aimAtSide(aim, side)),
        0,
      );
      verdicts.forEach((verdict, k) => (facing[k] = Math.max(facing[k] ?? 0, verdict.facing)));
    }
    return ahead.map(({ down }, k) => {
      const best = facing[k] ?? 0;
      return { facing: best, down: Math.min(down, 1 - best) };
    });
  }

  #ask(seen: readonly FrameWithFace[], aims: readonly Aim[], trust: number): Promise<readonly FrameVerdict[]> {
    return this.#scorer.look(
      seen.map(({ face, picture }, i) => frameInputs(face, aims[i] ?? SCREEN_MIDDLE, picture, trust)),
    );
  }

  /** Learns from what most people's middle would have said, so that what was learnt cannot confirm itself. */
  async #learn(seen: readonly FrameWithFace[], aims: readonly Aim[], ahead: readonly FrameVerdict[]): Promise<void> {
    if (this.#baseline === null || !this.#screens.here) return;
    const population = this.#baseline.isPersonal ? await this.#ask(seen, aims, 0) : ahead;
    const open = seen.map(({ lids }) => lids === 'open');
    const sure = population.map(({ facing }, i) => (open[i] === true && facing >= CONFIDENT ? aims[i] : undefined));
    const confident = sure.filter((aim): aim is Aim => aim !== undefined);
    if (confident.length < 5 || confident.length < CONFIDENT * open.filter(Boolean).length) return;
    this.#baseline.learn(aimBy((part) => medianOf(confident.map((aim) => aim[part]))));
  }
}

function seenOf({ hasFace, facing, down }: JudgedFrame, lids: Lids | undefined): Seen {
  if (!hasFace) return 'no-face';
  if (lids === 'closed') return 'closed-eyes';
  if (down >= DOWN) return 'down';
  return down >= PERHAPS_DOWN && facing < 0.5 ? 'perhaps-down' : 'up';
}

/** What would turn the window if its untold frames faced the screen, and which of both is more of it; null where they would not. */
function undecidedBy(
  frames: readonly JudgedFrame[],
  untold: readonly Untold[],
  startMs: number,
  endMs: number,
): Exclude<Untold, null> | null {
  let [totalMs, facingMs, briefMs, asideMs] = [0, 0, 0, 0];
  weigh(frames, startMs, endMs).forEach(({ frame, weightMs }, i) => {
    totalMs += weightMs;
    if (frame.facing >= 0.5) facingMs += weightMs;
    else if (untold[i] === 'brief') briefMs += weightMs;
    else if (untold[i] === 'lost-aside') asideMs += weightMs;
  });
  const untoldMs = briefMs + asideMs;
  if (untoldMs === 0 || facingMs + untoldMs < 0.5 * totalMs) return null;
  return asideMs > briefMs ? 'lost-aside' : 'brief';
}
