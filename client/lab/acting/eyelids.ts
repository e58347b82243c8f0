import type { Random } from '../random.ts';

/** Lids of one moment: 0 open, 1 closed. */
export interface Lids {
  readonly closed: number;
  /** The part of it that is a blink. */
  readonly blink: number;
}

interface Blink {
  readonly startMs: number;
  readonly closingMs: number;
  readonly heldMs: number;
  readonly openingMs: number;
  readonly depth: number;
}

const MIN_GAP_MS = 450;

/** When and how lids close: blinks of 100 to 400 ms, some twice, some not all the way; long closures of somebody who dozes. */
export class Eyelids {
  readonly #random: Random;
  #perMinute = 15;
  #blink: Blink | null = null;
  #nextMs: number;
  #dozing = false;
  #doze = 0;
  #dozeGoal = 0;
  #dozeUntilMs = 0;
  #atMs = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#nextMs = random.between(300, 4000);
  }

  /** What follows happens at this many blinks a minute; `dozing` lets the lids sink. */
  behave(perMinute: number, dozing: boolean): void {
    this.#perMinute = perMinute;
    this.#dozing = dozing;
    this.#nextMs = Math.min(this.#nextMs, this.#atMs + this.#gapMs());
  }

  /** A large turn of the eyes often brings a blink. */
  provoke(): void {
    if (this.#blink === null && this.#random.chance(0.35)) this.#nextMs = Math.min(this.#nextMs, this.#atMs + 30);
  }

  /** Moves on to a time, which must not lie before the last one. */
  at(tMs: number): Lids {
    const elapsedMs = tMs - this.#atMs;
    this.#atMs = tMs;
    const blink = this.#blinking(tMs);
    this.#sink(tMs, elapsedMs);
    return { closed: Math.max(blink, this.#doze), blink };
  }

  #blinking(tMs: number): number {
    if (this.#blink === null && tMs >= this.#nextMs) this.#start(tMs);
    const blink = this.#blink;
    if (blink === null) return 0;
    const sinceMs = tMs - blink.startMs;
    if (sinceMs >= blink.closingMs + blink.heldMs + blink.openingMs) {
      this.#blink = null;
      return 0;
    }
    if (sinceMs < blink.closingMs) return blink.depth * smooth(sinceMs / blink.closingMs);
    const openedMs = Math.max(0, sinceMs - blink.closingMs - blink.heldMs);
    return blink.depth * (1 - smooth(openedMs / blink.openingMs));
  }

  #start(tMs: number): void {
    const random = this.#random;
    const lengthMs = Math.min(400, Math.max(100, 210 + random.normal(70)));
    this.#blink = {
      startMs: tMs,
      closingMs: lengthMs * 0.32,
      heldMs: lengthMs * 0.13,
      openingMs: lengthMs * 0.55,
      depth: random.chance(0.1) ? random.between(0.65, 0.9) : 1,
    };
    const again = random.chance(0.14);
    this.#nextMs = tMs + (again ? lengthMs + random.between(80, 250) : this.#gapMs());
  }

  #gapMs(): number {
    const meanMs = 60_000 / this.#perMinute;
    // Between regular and at random: the sum of two exponential waits.
    const wait = -Math.log(1 - this.#random.between(0, 1)) - Math.log(1 - this.#random.between(0, 1));
    return Math.max(MIN_GAP_MS, (meanMs * wait) / 2);
  }

  #sink(tMs: number, elapsedMs: number): void {
    if (!this.#dozing) this.#dozeGoal = 0;
    else if (tMs >= this.#dozeUntilMs) {
      const closes = this.#dozeGoal < 0.8;
      this.#dozeGoal = closes ? 1 : this.#random.between(0.35, 0.7);
      this.#dozeUntilMs = tMs + (closes ? this.#random.between(1500, 8000) : this.#random.between(400, 2000));
    }
    const perMs = this.#dozeGoal > this.#doze ? 1 / 700 : 1 / 250;
    const step = Math.min(Math.abs(this.#dozeGoal - this.#doze), elapsedMs * perMs);
    this.#doze += Math.sign(this.#dozeGoal - this.#doze) * step;
  }
}

function smooth(share: number): number {
  const s = Math.min(1, Math.max(0, share));
  return s * s * (3 - 2 * s);
}
