import type { PacketCostSource } from '@lectern/contracts';

/** The share of one core that packets may take; the rest is for joins, key frames and whatever else runs there. */
export const CORE_SHARE = 0.75;
/** What a packet took on a small machine whose cores were full: never better than what is measured. */
const ASSUMED_MICROS = 15;
/** Below these a sample tells of timers and handshakes rather than of packets. */
const LEAST_PACKETS_PER_S = 1_000;
const LEAST_CPU_SHARE = 0.05;
const WEIGHT = 0.15;
/** A link that comes up takes some 1.4 ms where a packet takes 14 us. */
const PACKETS_PER_HANDSHAKE = 100;
/** With more than this share of its CPU taken by handshakes an interval says nothing of packets. */
const MOST_HANDSHAKES = 0.1;
/** The self-test has a core to itself: packets that took 8 us there took 13 in a class that filled both cores. */
const FULL_MACHINE = 1.6;
/** How far operation may correct the first figure, so that one odd interval cannot close or open the doors. */
const LEAST_FACTOR = 0.5;
const MOST_FACTOR = 6;

/** What a worker did between two samples. */
export interface WorkInterval {
  readonly cpuMs: number;
  readonly packets: number;
  /** Links that came up. */
  readonly handshakes: number;
  readonly elapsedMs: number;
}

/** What one sent packet costs a worker, and how many it can bear: a first figure, corrected by what is measured in operation. */
export class PacketCost {
  readonly #setBudget: number | null;
  #first = ASSUMED_MICROS;
  #tested: number | null = null;
  #micros = ASSUMED_MICROS;
  #source: PacketCostSource;

  /** `setBudget`: packets per second as configured; null: follows the cost. */
  constructor(setBudget: number | null) {
    this.#setBudget = setBudget;
    this.#source = setBudget === null ? 'assumed' : 'set';
  }

  get microsPerPacket(): number {
    return this.#micros;
  }

  /** What the self-test measured, on a core of its own; null where there was none. */
  get testedMicros(): number | null {
    return this.#tested;
  }

  get source(): PacketCostSource {
    return this.#source;
  }

  get budgetPerSecond(): number {
    return this.#setBudget ?? Math.round((CORE_SHARE * 1e6) / this.#micros);
  }

  /** Takes the figure of the self-test, for what it will be once the machine is full: operation corrects it. */
  begin(micros: number): void {
    if (this.#source !== 'set') this.#source = 'measured';
    this.#first = micros;
    this.#tested = micros;
    this.#micros = micros * FULL_MACHINE;
  }

  /** The CPU that so many links took to come up, in milliseconds. */
  handshakesMs(handshakes: number): number {
    return (handshakes * PACKETS_PER_HANDSHAKE * this.#micros) / 1_000;
  }

  /**
   * Corrects the cost by an interval of operation; one with little to do, or in which many came in, says nothing and is passed
   * over.
   */
  correct({ cpuMs, packets, handshakes, elapsedMs }: WorkInterval): void {
    const enough = (packets / elapsedMs) * 1_000 >= LEAST_PACKETS_PER_S && cpuMs / elapsedMs >= LEAST_CPU_SHARE;
    if (!enough || this.handshakesMs(handshakes) > cpuMs * MOST_HANDSHAKES) return;
    const seen = (cpuMs * 1_000) / packets;
    const smoothed = this.#micros + WEIGHT * (seen - this.#micros);
    this.#micros = Math.min(Math.max(smoothed, this.#first * LEAST_FACTOR), this.#first * MOST_FACTOR);
  }
}
