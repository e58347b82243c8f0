import type { MediaSource } from '@lectern/contracts';

/** Packets per second of pictures at our usual rates, until they are measured. */
const USUAL_PER_S = { camera: 70, screen: 110 } as const;
/** STUN checks and RTCP of a transport that carries nothing. */
export const IDLE_TRANSPORT_PACKETS_PER_S = 2;
/** What somebody who waits is taken to receive once there is a stage: a voice and a camera. They are placed by it, and by nothing else is it counted. */
export const STAGE_TO_COME_PACKETS_PER_S = 100;
/** What a worker that has no router of the class yet must be better by: a router costs pipes for the whole stage. */
export const NEW_ROUTER_PACKETS_PER_S = 1_000;

/** What one stream is taken to send; corrected while it runs. */
export interface PacketRate {
  readonly perSecond: number;
}

/** Packets per second of a source before anything is measured; sound is one for each `audioPtimeMs`. */
export function usualPacketsPerSecond(source: MediaSource, audioPtimeMs: number): number {
  return source === 'camera' || source === 'screen' ? USUAL_PER_S[source] : 1_000 / audioPtimeMs;
}

/** The packets per second that a worker is expected to send: its transports and what is received over them. */
export class PacketLoad {
  readonly #consumers = new Map<PacketRate, number>();
  #transports = 0;
  #handshakes = 0;
  #awaiting = 0;

  /** Links that have come up so far. */
  get handshakes(): number {
    return this.#handshakes;
  }

  get perSecond(): number {
    let sum = this.idlePerSecond;
    for (const [rate, consumers] of this.#consumers) sum += rate.perSecond * consumers;
    return sum;
  }

  /** By what the next one is placed: what those will receive who wait for a stage is counted too. */
  get placedPerSecond(): number {
    return this.perSecond + this.#awaiting * STAGE_TO_COME_PACKETS_PER_S;
  }

  /** The part of it that the transports cost by standing open. */
  get idlePerSecond(): number {
    return this.#transports * IDLE_TRANSPORT_PACKETS_PER_S;
  }

  addTransport(): void {
    this.#transports += 1;
  }

  /** A link has come up: its DTLS handshake is done. */
  noteHandshake(): void {
    this.#handshakes += 1;
  }

  removeTransport(): void {
    this.#transports -= 1;
  }

  /** Somebody waits for a stage, until what this gives is called; that may be twice. */
  awaitStage(): () => void {
    this.#awaiting += 1;
    let awaits = true;
    return () => {
      if (awaits) this.#awaiting -= 1;
      awaits = false;
    };
  }

  add(rate: PacketRate, consumers = 1): void {
    const count = (this.#consumers.get(rate) ?? 0) + consumers;
    if (count === 0) this.#consumers.delete(rate);
    else this.#consumers.set(rate, count);
  }

  remove(rate: PacketRate, consumers = 1): void {
    this.add(rate, -consumers);
  }
}

/**
 * What one consumer adds to its worker: from its opening on, since a page is about to resume it, and not while it is
 * paused after that.
 */
export class ConsumerLoad {
  readonly #load: PacketLoad;
  #rate: PacketRate;
  #counts = true;

  constructor(load: PacketLoad, rate: PacketRate) {
    this.#load = load;
    this.#rate = rate;
    load.add(rate);
  }

  get rate(): PacketRate {
    return this.#rate;
  }

  /** Another layer is sent from now on. */
  follow(rate: PacketRate): void {
    if (this.#counts) {
      this.#load.remove(this.#rate);
      this.#load.add(rate);
    }
    this.#rate = rate;
  }

  count(counts: boolean): void {
    if (counts === this.#counts) return;
    this.#counts = counts;
    if (counts) this.#load.add(this.#rate);
    else this.#load.remove(this.#rate);
  }
}
