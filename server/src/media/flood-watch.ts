import type { SeatId } from '@lectern/contracts';
import type { Logger } from 'pino';
import { AnswersInTime } from './answers-in-time.ts';
import type { TransportPurpose } from './class-router.ts';
import { Flow } from './flow.ts';
import type { FlowLimit } from './flow.ts';
import { LinkRound } from './link-round.ts';
import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia, SeatTransport } from './seat-media.ts';
import { Startle } from './startle.ts';

const LOOK_MS = 250;
/** So many looks in a row show a flood on the stage: one alone may be the first picture of a large screen. */
const STAGE_LOOKS = 2;

/**
 * Bytes that no honest link comes near: the stage's are twice what it is asked to keep to; the others carry reports of what was
 * received, 3 kB a second at most, and 16 bytes every five seconds.
 */
const MOST_BYTES: Readonly<Record<TransportPurpose, FlowLimit>> = {
  stage: { burst: 0, perSecond: 2_000_000 },
  receive: { burst: 60_000, perSecond: 10_000 },
  signal: { burst: 60_000, perSecond: 10_000 },
};
/** Opus sends 100 packets a second at most; 8 Mbit/s of video are some 900. */
const MOST_PACKETS: Readonly<Record<'audio' | 'video', FlowLimit>> = {
  audio: { burst: 0, perSecond: 400 },
  video: { burst: 0, perSecond: 4_000 },
};

/** A class as it is watched. */
interface WatchedClass {
  seats(): Iterable<SeatMedia>;
  /** This seat sends far more over this link than any page does. */
  cutFlood(seatId: SeatId, purpose: TransportPurpose): void;
}

interface WatchedLink {
  readonly link: SeatTransport;
  readonly seatId: SeatId;
  readonly of: WatchedClass;
}

/**
 * Finds who sends far more packets or bytes than any page, in all classes: on the stage at each look; elsewhere in turn, and
 * within a second where a worker suddenly does more or is full. mediasoup's own limit is advice to the sender.
 */
export class FloodWatch {
  readonly #classes: ReadonlySet<WatchedClass>;
  readonly #logger: Logger;
  readonly #onStage = new AnswersInTime<SeatMedia>();
  /** By transport or producer. */
  readonly #flows = new WeakMap<object, Flow>();
  /** Of a seat: how many looks in a row its stage was over the limit. */
  readonly #over = new WeakMap<SeatMedia, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(workers: readonly MediaWorker[], classes: ReadonlySet<WatchedClass>, logger: Logger) {
    this.#classes = classes;
    this.#logger = logger;
    const looks = workers.map((worker) => this.#looksAt(worker));
    this.#timer = setInterval(() => {
      this.#lookAtStages();
      for (const look of looks) look();
    }, LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
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

  async #floodsStage(seat: SeatMedia): Promise<boolean> {
    const stage = seat.transports.get('stage');
    if (!stage) return false;
    const over = await Promise.all([
      this.#bytesExceed(stage),
      ...[...seat.producers.values()].map(({ producer }) =>
        this.#exceeds(producer, MOST_PACKETS[producer.kind], ({ packetCount }) => packetCount),
      ),
    ]);
    const inARow = over.includes(true) ? (this.#over.get(seat) ?? 0) + 1 : 0;
    this.#over.set(seat, inARow % STAGE_LOOKS);
    return inARow === STAGE_LOOKS;
  }

  /** Looks at the audience of one worker; no other worker waits for it. */
  #looksAt(worker: MediaWorker): () => void {
    const pulse = new AnswersInTime<MediaWorker>();
    const startle = new Startle();
    let { handshakes } = worker.load;
    const round = new LinkRound<WatchedLink>({
      links: () => this.#audienceOf(worker),
      ask: async ({ link, seatId, of }) => {
        if (await this.#bytesExceed(link).catch(() => false)) this.#cut(of, seatId, link.purpose);
      },
    });
    return () =>
      void pulse.ask([worker], async () => {
        const usage = await worker.running?.worker.getResourceUsage();
        if (!usage) return;
        const { load, cost } = worker;
        const cpuMs = usage.ru_utime + usage.ru_stime;
        const comingUpMs = cost.handshakesMs(load.handshakes - handshakes);
        handshakes = load.handshakes;
        round.look(startle.note({ atMs: performance.now(), cpuMs, comingUpMs }));
      });
  }

  *#audienceOf(worker: MediaWorker): Iterable<WatchedLink> {
    for (const of of this.#classes) {
      for (const { seatId, transports } of of.seats()) {
        for (const link of transports.values())
          if (link.purpose !== 'stage' && link.router.worker === worker) yield { link, seatId, of };
      }
    }
  }

  #bytesExceed({ transport, purpose }: SeatTransport): Promise<boolean> {
    return this.#exceeds(transport, MOST_BYTES[purpose], ({ bytesReceived }) => bytesReceived);
  }

  /** Rejects for what is closed meanwhile. */
  async #exceeds<Stat extends { readonly timestamp: number }>(
    of: { getStats(): Promise<readonly Stat[]> },
    limit: FlowLimit,
    countOf: (stat: Stat) => number,
  ): Promise<boolean> {
    const stats = await of.getStats();
    const [first] = stats;
    if (first === undefined) return false;
    const flow = this.#flows.get(of) ?? new Flow(limit);
    this.#flows.set(of, flow);
    return flow.exceeds({ atMs: first.timestamp, count: stats.reduce((sum, stat) => sum + countOf(stat), 0) });
  }
}
