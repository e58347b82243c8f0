import type { MediaSource, SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { FloodLimits } from '../config/limits.ts';
import { AnswersInTime } from './answers-in-time.ts';
import type { TransportPurpose } from './class-router.ts';
import { Flow } from './flow.ts';
import type { FlowLimit } from './flow.ts';
import { LINK_LOOK_MS, LinkRound } from './link-round.ts';

/** Stages are looked at so often. */
const STAGE_LOOK_MS = 250;
/** So many seconds' bytes and packets may come from the stage at once: the first picture of a large screen. */
const STAGE_BURST_S = 0.5;

/** A link of the audience may bring so many seconds' bytes at once. */
const AUDIENCE_BURST_S = 2;
/** So long it is known of a seat what it brought: longer than until the next question, and than any burst takes to drain. */
const KNOWN_MS = 10_000;
/** Honest senders keep to what they are asked, and so to half of what cuts them. */
const BITS_ASKED_OF_A_BYTE = 4;

/** Bits per second that whoever is on the stage is asked to keep to. */
export function askedStageBitrate({ stageBytesPerSecond }: FloodLimits): number {
  return BITS_ASKED_OF_A_BYTE * stageBytesPerSecond;
}

const ofStage = (perSecond: number): FlowLimit => ({ burst: STAGE_BURST_S * perSecond, perSecond });

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

interface WatchedProducer extends Counted<{ readonly packetCount: number }> {
  readonly kind: 'audio' | 'video';
}

/** A seat as it is watched. */
export interface WatchedSeat {
  readonly seatId: SeatId;
  readonly student: boolean;
  readonly transports: ReadonlyMap<TransportPurpose, WatchedLink>;
  readonly producers: ReadonlyMap<string, { readonly source: MediaSource; readonly producer: WatchedProducer }>;
}

/** A class as it is watched. */
export interface WatchedClass {
  seats(): Iterable<WatchedSeat>;
  /** This seat sends far more over this link than any page does. The link may be closed by now, and another one open in its place. */
  cutFlood(seat: WatchedSeat, purpose: TransportPurpose): void;
}

/** Whose link of the audience it is. */
interface Owner {
  readonly seat: WatchedSeat;
  readonly of: WatchedClass;
}

/** What a seat brought lately, over whichever links, producers and pages: who opens one anew goes on from there. */
interface SeatFlows {
  readonly byPurpose: Map<TransportPurpose, Flow>;
  readonly bySource: Map<MediaSource, Flow>;
  /** By the monotonic clock. */
  askedMs: number;
}

/**
 * Finds within a second who sends far more packets or bytes than any page, in all classes, by what their links and
 * producers brought. mediasoup's own limit is advice to the sender.
 */
export class FloodWatch {
  readonly #classes: ReadonlySet<WatchedClass>;
  readonly #logger: Logger;
  readonly #mostBytes: Readonly<Record<TransportPurpose, FlowLimit>>;
  readonly #mostPackets: Readonly<Record<'audio' | 'video', FlowLimit>>;
  readonly #onStage = new AnswersInTime<WatchedSeat>();
  readonly #closing = new AnswersInTime<WatchedLink>();
  /** The last count of each transport and producer. */
  readonly #counts = new WeakMap<object, number>();
  readonly #ofSeats = new Map<SeatId, SeatFlows>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(classes: ReadonlySet<WatchedClass>, limits: FloodLimits, logger: Logger) {
    this.#classes = classes;
    this.#logger = logger;
    const { stageBytesPerSecond, audienceBytesPerSecond } = limits;
    const ofAudience = { burst: AUDIENCE_BURST_S * audienceBytesPerSecond, perSecond: audienceBytesPerSecond };
    this.#mostBytes = {
      stage: ofStage(stageBytesPerSecond),
      receive: ofAudience,
      signal: ofAudience,
    };
    this.#mostPackets = {
      audio: ofStage(limits.audioPacketsPerSecond),
      video: ofStage(limits.videoPacketsPerSecond),
    };
    const audience = new LinkRound<WatchedLink, Owner>({
      links: () => this.#audience(),
      workerOf: ({ router }) => router.worker,
      ask: async (link, { seat, of }) => {
        if (await this.#bytesExceed(seat, link).catch(() => false)) this.#cut(of, seat, link.purpose);
      },
    });
    const each = (ms: number, look: () => void) => setInterval(look, ms).unref();
    this.#timers = [
      each(STAGE_LOOK_MS, () => {
        this.#lookAtStages();
        this.#forget();
      }),
      each(LINK_LOOK_MS, () => {
        audience.look(performance.now());
      }),
    ];
  }

  /** Seats of which it is known what they brought lately, for tests that look for what is kept. */
  get knownSeats(): number {
    return this.#ofSeats.size;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /**
   * Asks a link once more: else who opens it anew again and again would flood between two looks. To be called right before it closes, since
   * its worker answers one thing after the other. Resolves once the answer is taken into account, or after a second; never rejects.
   */
  lastLook(of: WatchedClass, seat: WatchedSeat, link: WatchedLink): Promise<void> {
    return this.#closing.ask([link], async () => {
      const floods = await (link.purpose === 'stage' ? this.#floodsStage(seat) : this.#bytesExceed(seat, link));
      if (floods) this.#cut(of, seat, link.purpose);
    });
  }

  /** Whatever comes of it, the others go on being watched. */
  #cut(of: WatchedClass, seat: WatchedSeat, purpose: TransportPurpose): void {
    try {
      of.cutFlood(seat, purpose);
    } catch (error) {
      this.#logger.error(
        { err: error, seatId: seat.seatId, purpose },
        'a link that floods could not be closed in order',
      );
    }
  }

  #lookAtStages(): void {
    for (const of of this.#classes) {
      const presenting = [...of.seats()].filter(({ transports }) => transports.has('stage'));
      void this.#onStage.ask(presenting, async (seat) => {
        if (await this.#floodsStage(seat)) this.#cut(of, seat, 'stage');
      });
    }
  }

  async #floodsStage(seat: WatchedSeat): Promise<boolean> {
    const stage = seat.transports.get('stage');
    if (!stage) return false;
    const over = await Promise.all([
      this.#bytesExceed(seat, stage),
      ...[...seat.producers.values()].map(({ source, producer }) => this.#packetsExceed(seat, source, producer)),
    ]);
    return over.includes(true);
  }

  *#audience(): Iterable<readonly [WatchedLink, Owner]> {
    for (const of of this.#classes) {
      for (const seat of of.seats()) {
        for (const link of seat.transports.values()) if (link.purpose !== 'stage') yield [link, { seat, of }];
      }
    }
  }

  /** Rejects for what is closed meanwhile. */
  async #bytesExceed({ seatId }: WatchedSeat, { transport, purpose, openedMs }: WatchedLink): Promise<boolean> {
    const [stat] = await transport.getStats();
    if (!stat) return false;
    const { timestamp: atMs, bytesReceived } = stat;
    const { byPurpose } = this.#flowsOf(seatId);
    const flow = byPurpose.get(purpose) ?? new Flow(this.#mostBytes[purpose]);
    byPurpose.set(purpose, flow);
    // What an earlier link brought drains until this one is open.
    if (!this.#counts.has(transport)) flow.exceeds(0, atMs - (performance.now() - openedMs));
    return flow.exceeds(this.#cameOf(transport, bytesReceived), atMs);
  }

  /** Rejects for what is closed meanwhile. */
  async #packetsExceed({ seatId }: WatchedSeat, source: MediaSource, producer: WatchedProducer): Promise<boolean> {
    const stats = await producer.getStats();
    const [first] = stats;
    if (!first) return false;
    const { bySource } = this.#flowsOf(seatId);
    const flow = bySource.get(source) ?? new Flow(this.#mostPackets[producer.kind]);
    bySource.set(source, flow);
    const packets = stats.reduce((sum, { packetCount }) => sum + packetCount, 0);
    return flow.exceeds(this.#cameOf(producer, packets), first.timestamp);
  }

  /** What came since the last count. */
  #cameOf(counted: object, count: number): number {
    const before = this.#counts.get(counted) ?? 0;
    this.#counts.set(counted, count);
    return count - before;
  }

  #flowsOf(seatId: SeatId): SeatFlows {
    const known = this.#ofSeats.get(seatId) ?? { byPurpose: new Map(), bySource: new Map(), askedMs: 0 };
    known.askedMs = performance.now();
    this.#ofSeats.set(seatId, known);
    return known;
  }

  #forget(): void {
    const beforeMs = performance.now() - KNOWN_MS;
    for (const [seatId, { askedMs }] of this.#ofSeats) if (askedMs < beforeMs) this.#ofSeats.delete(seatId);
  }
}
