import type { types } from 'mediasoup';
import type { SeatId } from '@lectern/contracts';
import type { TransportPurpose } from './class-router.ts';
import type { SeatMedia, SeatTransport, StageProducer } from './seat-media.ts';

/** Two looks tell a rate: whoever floods the stage is found within two of these. */
const LOOK_MS = 300;
/** So often at least everybody's links are looked at, of whom nothing but answers is expected. */
const ROUND_MS = 10_000;
/** A worker at more than this share of a core may be busy with a flood: then everybody is looked at each time. */
const BUSY_SHARE = 0.85;
/** Questions to the workers at a time, so that other work comes in between. */
const AT_ONCE = 50;

/**
 * Bytes a second that no honest link comes near: the stage's is twice what it is asked to keep to; the others carry reports of what
 * was received, and 16 bytes every five seconds.
 */
const MOST_BYTES_PER_S: Readonly<Record<TransportPurpose, number>> = {
  stage: 2_000_000,
  receive: 60_000,
  signal: 60_000,
};
/** Opus sends 100 packets a second at most; 8 Mbit/s of video are some 900. */
const MOST_PACKETS_PER_S: Readonly<Record<'audio' | 'video', number>> = { audio: 400, video: 4_000 };

/** So many looks in a row show a flood on the stage: one alone may be the first picture of a large screen. */
const STAGE_LOOKS = 2;

interface Reading {
  readonly atMs: number;
  readonly count: number;
}

interface FloodWatchOptions {
  readonly seats: () => Iterable<SeatMedia>;
  /** This seat sends far more over this link than any page does. */
  readonly onFlood: (seatId: SeatId, purpose: TransportPurpose) => void;
  readonly nowMs?: () => number;
}

/**
 * Finds who sends far more packets or bytes than any page: on the stage within a second; elsewhere within a second where a worker
 * is busy, and within ten where it is not. mediasoup's own limit is advice to the sender.
 */
export class FloodWatch {
  readonly #options: FloodWatchOptions;
  readonly #nowMs: () => number;
  readonly #readings = new WeakMap<object, Reading>();
  /** Of a seat: how many looks in a row its stage was over the limit. */
  readonly #over = new WeakMap<SeatMedia, number>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #round: SeatTransport[] = [];
  #of = new Map<SeatTransport, SeatId>();

  constructor(options: FloodWatchOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookAtStage();
      await this.#lookAtOthers();
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAtStage(): Promise<void> {
    for (const seat of this.#options.seats()) {
      const stage = seat.transports.get('stage');
      if (!stage) continue;
      const floods = await Promise.all([
        this.#linkFloods(stage),
        ...[...seat.producers.values()].map((of) => this.#floods(of)),
      ]);
      const inARow = floods.includes(true) ? (this.#over.get(seat) ?? 0) + 1 : 0;
      this.#over.set(seat, inARow % STAGE_LOOKS);
      if (inARow === STAGE_LOOKS) this.#options.onFlood(seat.seatId, 'stage');
    }
  }

  async #lookAtOthers(): Promise<void> {
    if (this.#round.length === 0) this.#begin();
    const some = Math.ceil((this.#of.size * LOOK_MS) / ROUND_MS);
    const busy = await this.#anyBusy();
    if (busy) this.#begin();
    const due = this.#round.splice(0, busy ? this.#round.length : some);
    for (let from = 0; from < due.length; from += AT_ONCE) {
      await Promise.all(due.slice(from, from + AT_ONCE).map((link) => this.#lookAt(link)));
    }
  }

  #begin(): void {
    this.#of = new Map();
    for (const seat of this.#options.seats()) {
      for (const link of seat.transports.values()) if (link.purpose !== 'stage') this.#of.set(link, seat.seatId);
    }
    this.#round = [...this.#of.keys()];
  }

  async #lookAt(link: SeatTransport): Promise<void> {
    const seatId = this.#of.get(link);
    if (seatId !== undefined && (await this.#linkFloods(link))) this.#options.onFlood(seatId, link.purpose);
  }

  async #linkFloods(link: SeatTransport): Promise<boolean> {
    const [stat] = await statsOf(link.transport);
    const perSecond = stat ? this.#perSecond(link, stat.bytesReceived, stat.timestamp) : 0;
    return perSecond > MOST_BYTES_PER_S[link.purpose];
  }

  async #floods({ producer }: StageProducer): Promise<boolean> {
    const stats = await statsOf(producer);
    const packets = stats.reduce((sum, { packetCount }) => sum + packetCount, 0);
    const [first] = stats;
    return (
      first !== undefined && this.#perSecond(producer, packets, first.timestamp) > MOST_PACKETS_PER_S[producer.kind]
    );
  }

  async #anyBusy(): Promise<boolean> {
    const workers = new Set<types.Worker>();
    for (const { router } of this.#of.keys()) if (router.worker.running) workers.add(router.worker.running.worker);
    const shares = await Promise.all([...workers].map((worker) => this.#shareOf(worker)));
    return shares.some((share) => share > BUSY_SHARE);
  }

  async #shareOf(worker: types.Worker): Promise<number> {
    try {
      const { ru_utime: userMs, ru_stime: systemMs } = await worker.getResourceUsage();
      return this.#perSecond(worker, userMs + systemMs, this.#nowMs()) / 1_000;
    } catch {
      return 0;
    }
  }

  /**
   * How much more a second there is of it than at the look before; 0 at the first. `atMs` is the worker's own time where it says one: an
   * answer that lay here while this process was busy is older than its reading.
   */
  #perSecond(of: object, count: number, atMs: number): number {
    const before = this.#readings.get(of);
    this.#readings.set(of, { atMs, count });
    return before && atMs > before.atMs ? ((count - before.count) * 1_000) / (atMs - before.atMs) : 0;
  }
}

/** None of what is closed meanwhile. */
async function statsOf<Stat>(of: { getStats(): Promise<Stat[]> }): Promise<Stat[]> {
  try {
    return await of.getStats();
  } catch {
    return [];
  }
}
