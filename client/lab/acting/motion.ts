import type { Random } from '../random.ts';

/** A number that moves from where it is to where it is sent, as limbs do: with least jerk, in a given time. */
export class Limb {
  #from: number;
  #to: number;
  #startMs = 0;
  #lengthMs = 1;

  constructor(value: number) {
    this.#from = value;
    this.#to = value;
  }

  get goal(): number {
    return this.#to;
  }

  send(to: number, startMs: number, lengthMs: number): void {
    this.#from = this.at(startMs);
    this.#to = to;
    this.#startMs = startMs;
    this.#lengthMs = lengthMs;
  }

  at(tMs: number): number {
    const s = Math.min(1, Math.max(0, (tMs - this.#startMs) / this.#lengthMs));
    return this.#from + (this.#to - this.#from) * s * s * s * (10 - 15 * s + 6 * s * s);
  }
}

/** Wavers about zero: an Ornstein-Uhlenbeck process with this standard deviation and memory. */
export class Waver {
  readonly #random: Random;
  readonly #sd: number;
  readonly #memoryMs: number;
  #value: number;

  constructor(random: Random, sd: number, memoryMs: number) {
    this.#random = random;
    this.#sd = sd;
    this.#memoryMs = memoryMs;
    this.#value = random.normal(sd);
  }

  step(elapsedMs: number): number {
    const kept = Math.exp(-elapsedMs / this.#memoryMs);
    this.#value = this.#value * kept + this.#random.normal(this.#sd * Math.sqrt(1 - kept * kept));
    return this.#value;
  }
}
