import type { SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { FloodLimits } from '../config/limits.ts';
import { AnswersInTime } from './answers-in-time.ts';
import type { TransportPurpose } from './class-router.ts';
import { Flow } from './flow.ts';
import type { FlowLimit } from './flow.ts';
import { LINK_LOOK_MS, LinkRound } from './link-round.ts';

/** Stages are looked at so often. */
const STAGE_LOOK_MS = 250;
/** So many looks in a row show a flood on the stage: one alone may be the first picture of a large screen. */
const STAGE_LOOKS = 2;

/** A link of the audience may bring so many seconds' bytes at once. */
const AUDIENCE_BURST_S = 2;
/** Honest senders keep to what they are asked, and so to half of what cuts them. */
const BITS_ASKED_OF_A_BYTE = 4;

/** Bits per second that whoever is on the stage is asked to keep to. */
export function askedStageBitrate({ stageBytesPerSecond }: FloodLimits): number {
  return BITS_ASKED_OF_A_BYTE * stageBytesPerSecond;
}

/** What a worker counts of a transport or producer. */
interface Counted<Stat> {
  getStats(): Promise<readonly (Stat & { readonly timestamp: number })[]>;
}

/** A transport as it is watched. */
export interface WatchedLink {
  readonly purpose: TransportPurpose;
  readonly transport: Counted<{ readonly bytesReceived: number }>;
  readonly router: { readonly worker: object };
  /** By the monotonic clock. */
  readonly openedMs: number;
}

/** A seat as it is watched. */
export interface WatchedSeat {
  readonly seatId: SeatId;
  readonly transports: ReadonlyMap<TransportPurpose, WatchedLink>;
  readonly producers: ReadonlyMap<
    string,
    { readonly producer: Counted<{ readonly packetCount: number }> & { readonly kind: 'audio' | 'video' } }
  >;
}

/** A class as it is watched. */
export interface WatchedClass {
  seats(): Iterable<WatchedSeat>;
  /** This seat sends far more over this link than any page does. */
  cutFlood(seatId: SeatId, purpose: TransportPurpose): void;
}

/** Whose link of the audience it is. */
interface Owner {
  readonly seatId: SeatId;
  readonly of: WatchedClass;
}

/**
 * Finds within a second who sends far more packets or bytes than any page, in all classes: on the stage by their rate over two looks, elsewhere
 * by what their link brought since it opened. mediasoup's own limit is advice to the sender.
 */
export class FloodWatch {
  readonly #classes: ReadonlySet<WatchedClass>;
  readonly #logger: Logger;
  readonly #mostBytes: Readonly<Record<TransportPurpose, FlowLimit>>;
  readonly #mostPackets: Readonly<Record<'audio' | 'video', FlowLimit>>;
  readonly #onStage = new AnswersInTime<WatchedSeat>();
  /** By transport or producer. */
  readonly #flows = new WeakMap<object, Flow>();
  /** Of a seat: how many looks in a row its stage was over the limit. */
  readonly #over = new WeakMap<WatchedSeat, number>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(classes: ReadonlySet<WatchedClass>, limits: FloodLimits, logger: Logger) {
    this.#classes = classes;
    this.#logger = logger;
    const { stageBytesPerSecond, audienceBytesPerSecond } = limits;
    const ofAudience = { burst: AUDIENCE_BURST_S * audienceBytesPerSecond, perSecond: audienceBytesPerSecond };
    this.#mostBytes = {
      stage: { burst: 0, perSecond: stageBytesPerSecond },
      receive: ofAudience,
      signal: ofAudience,
    };
    this.#mostPackets = {
      audio: { burst: 0, perSecond: limits.audioPacketsPerSecond },
      video: { burst: 0, perSecond: limits.videoPacketsPerSecond },
    };
    const audience = new LinkRound<WatchedLink, Owner>({
      links: () => this.#audience(),
      workerOf: ({ router }) => router.worker,
      ask: async (link, { seatId, of }) => {
        if (await this.#bytesExceed(link).catch(() => false)) this.#cut(of, seatId, link.purpose);
      },
    });
    const each = (ms: number, look: () => void) => setInterval(look, ms).unref();
    this.#timers = [
      each(STAGE_LOOK_MS, () => {
        this.#lookAtStages();
      }),
      each(LINK_LOOK_MS, () => {
        audience.look(performance.now());
      }),
    ];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Whatever comes of it, the others go on being watched. */
  #cut(of: WatchedClass, seatId: SeatId, purpose: TransportPurpose): void {
    try {
      of.cutFlood(seatId, purpose);
    } catch (error) {
      this.#logger.error({ err: error, seatId, purpose }, 'a link that floods could not be closed in order');
    }
  }

  #lookAtStages(): void {
    for (const of of this.#classes) {
      const presenting = [...of.seats()].filter(({ transports }) => transports.has('stage'));
      void this.#onStage.ask(presenting, async (seat) => {
        if (await this.#floodsStage(seat)) this.#cut(of, seat.seatId, 'stage');
      });
    }
  }

  async #floodsStage(seat: WatchedSeat): Promise<boolean> {
    const stage = seat.transports.get('stage');
    if (!stage) return false;
    const over = await Promise.all([
      this.#bytesExceed(stage),
      ...[...seat.producers.values()].map(({ producer }) =>
        this.#exceeds(producer, this.#mostPackets[producer.kind], ({ packetCount }) => packetCount),
      ),
    ]);
    const inARow = over.includes(true) ? (this.#over.get(seat) ?? 0) + 1 : 0;
    this.#over.set(seat, inARow % STAGE_LOOKS);
    return inARow === STAGE_LOOKS;
  }

  *#audience(): Iterable<readonly [WatchedLink, Owner]> {
    for (const of of this.#classes) {
      for (const { seatId, transports } of of.seats()) {
        for (const link of transports.values()) if (link.purpose !== 'stage') yield [link, { seatId, of }];
      }
    }
  }

  #bytesExceed({ transport, purpose, openedMs }: WatchedLink): Promise<boolean> {
    return this.#exceeds(transport, this.#mostBytes[purpose], ({ bytesReceived }) => bytesReceived, openedMs);
  }

  /** Where it is not known since when it is open, one look is not enough. Rejects for what is closed meanwhile. */
  async #exceeds<Stat>(
    of: Counted<Stat>,
    limit: FlowLimit,
    countOf: (stat: Stat) => number,
    openedMs: number | null = null,
  ): Promise<boolean> {
    const stats = await of.getStats();
    const [first] = stats;
    if (first === undefined) return false;
    const atMs = first.timestamp;
    const opened = openedMs === null ? null : { atMs: atMs - (performance.now() - openedMs), count: 0 };
    const flow = this.#flows.get(of) ?? new Flow(limit, opened);
    this.#flows.set(of, flow);
    return flow.exceeds({ atMs, count: stats.reduce((sum, stat) => sum + countOf(stat), 0) });
  }
}
