import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { LecternError } from '@lectern/contracts';
import type { ClientBody, ConsumerOffer, SeatId, SheddingStep } from '@lectern/contracts';
import { withClientParameters } from './client-fault.ts';
import { isLayered, withoutCongestionControl } from './congestion-control.ts';
import { ConsumerControl } from './consumer-control.ts';
import { NO_PACE } from './first-links.ts';
import type { FirstLinkPace } from './first-links.ts';
import { holdFor } from './held-back.ts';
import { openOn } from './open-on.ts';
import { ConsumerLoad } from './packet-load.ts';
import { Pipes } from './pipes.ts';
import { offerOf } from './seat-media.ts';
import type { ReceiveTransport, SeatConsumer, SeatMedia, StageProducer } from './seat-media.ts';

/** So many people of one worker are served at a time, so that other work comes in between. */
const BATCH = 50;

interface Events {
  opened: [SeatId, ConsumerOffer[]];
  closed: [SeatId, string];
  'hearing-changed': [number];
  receiving: [SeatId];
  /** All consumers of a seat that are kept back now. */
  'held-back': [SeatId, string[]];
}

/** Brings what is on the stage to everybody who receives, and counts who hears. */
export class Audience extends EventEmitter<Events> {
  readonly #logger: Logger;
  readonly #pipes = new Pipes();
  /** Whose link is about to come up, in its turn. */
  readonly #waiting = new Set<SeatMedia>();
  #hearing = 0;
  #step: SheddingStep = 'none';
  /** When links come up of those who waited for something to receive. */
  pace: FirstLinkPace = NO_PACE;

  constructor(logger: Logger) {
    super();
    this.#logger = logger;
  }

  /** How many of the audience receive the stage's sound now. */
  get hearing(): number {
    return this.#hearing;
  }

  /** Pipes in use. */
  get pipes(): number {
    return this.#pipes.count;
  }

  /** Looks again whether a seat hears. */
  noteHearing(seat: SeatMedia): void {
    if (seat.receivesNow()) this.emit('receiving', seat.seatId);
    const change = seat.noteHearing();
    if (change === 0) return;
    this.#hearing += change;
    this.emit('hearing-changed', this.#hearing);
  }

  /** What is kept back from now on. Resolves once the workers know; none of them waits for another one. */
  async shed(step: SheddingStep, everybody: Iterable<SeatMedia>): Promise<void> {
    this.#step = step;
    await inBatches(everybody, (seat) => this.#holdBack(seat));
  }

  resume(seat: SeatMedia, consumerIds: readonly string[]): Promise<void> {
    return this.#setPaused(seat, consumerIds, false);
  }

  pause(seat: SeatMedia, consumerIds: readonly string[]): Promise<void> {
    return this.#setPaused(seat, consumerIds, true);
  }

  /** Asks for a layer; where a stream has none, nothing changes. Rejects with `media-gone`. */
  async preferLayers(
    seat: SeatMedia,
    { consumerId, spatialLayer, temporalLayer }: ClientBody<'prefer-layers'>,
  ): Promise<void> {
    const kept = seat.consumer(consumerId);
    if (!kept) throw new LecternError('media-gone');
    await withClientParameters(() => kept.control.preferLayers({ spatialLayer, temporalLayer }));
    await this.#reviewHolds(seat);
  }

  /** Asks for a key frame of every video that runs. Presenters are asked at most once a second, however many ask. */
  askKeyFrames({ consumers }: ReceiveTransport): void {
    for (const { consumer } of consumers.values())
      if (consumer.kind === 'video' && !consumer.paused) void consumer.requestKeyFrame().catch(() => undefined);
  }

  /** Opens a consumer of a new producer for everybody who receives, and for whoever has no link yet, in its turn, one of all that is on the `stage` by then. */
  async offer(
    producer: StageProducer,
    everybody: Iterable<SeatMedia>,
    stage: () => readonly StageProducer[],
  ): Promise<void> {
    await inBatches(everybody, async (seat) => {
      if (producer.producer.closed || !seat.receive?.capabilities) return;
      if (this.isTurnDue(seat)) void this.offerInTurn(seat, stage);
      else await this.#offerTo(seat, [producer]);
    });
  }

  /** True for a seat that has no link, and no turn to bring it up. */
  isTurnDue(seat: SeatMedia): boolean {
    const { receive } = seat;
    if (receive?.transport.dtlsState !== 'new' || receive.consumers.size > 0) return false;
    return !this.pace.hasTurn(seat.seatId);
  }

  /** Offers a seat all that is on the stage when it has its turn; once for all that is asked until then. Never rejects. */
  async offerInTurn(seat: SeatMedia, stage: () => readonly StageProducer[]): Promise<void> {
    if (this.#waiting.has(seat)) return;
    this.#waiting.add(seat);
    const slot = await this.pace.turn(seat.seatId);
    this.#waiting.delete(seat);
    if (slot === null) return;
    await this.#offerTo(seat, stage());
    if (!seat.receive || seat.receive.consumers.size === 0) slot.release();
  }

  async #offerTo(seat: SeatMedia, producers: readonly StageProducer[]): Promise<void> {
    const opened = await seat.inTurn(() => this.open(seat, producers)).catch(() => []);
    if (opened.length > 0) this.emit('opened', seat.seatId, opened);
  }

  /** Opens a paused consumer for each of these that the seat has none of yet; gives the new ones. */
  async open(seat: SeatMedia, producers: readonly StageProducer[]): Promise<ConsumerOffer[]> {
    const receive = seat.receive;
    if (!receive) return [];
    const had = new Set([...receive.consumers.values()].map(({ consumer }) => consumer.producerId));
    const missing = producers.filter(({ producer, seatId }) => seatId !== seat.seatId && !had.has(producer.id));
    const opened = await Promise.all(missing.map((producer) => this.#openConsumer(seat, receive, producer)));
    return opened.filter((offer) => offer !== null);
  }

  /** Opens these anew, as the seat's link is taken for now. They stand still until the page has resumed the new ones. */
  reopen(seat: SeatMedia, kept: readonly SeatConsumer[]): Promise<void> {
    return seat.inTurn(async () => {
      for (const { consumer } of kept) consumer.close();
      // In the same turn of the event loop: a pipe that nobody else uses stays.
      const opened = await this.open(
        seat,
        kept.map(({ of }) => of),
      );
      // First the new ones: the page keeps the place of a picture that it has another one of.
      if (opened.length > 0) this.emit('opened', seat.seatId, opened);
      for (const { consumer } of kept) this.emit('closed', seat.seatId, consumer.id);
    });
  }

  /** Null when the device cannot decode it, or when one of the two is gone meanwhile. */
  async #openConsumer(seat: SeatMedia, receive: ReceiveTransport, of: StageProducer): Promise<ConsumerOffer | null> {
    const { transport, router, capabilities } = receive;
    const producerId = of.producer.id;
    if (!capabilities) return null;
    let consumer: types.Consumer;
    try {
      await this.#pipes.acquire(of.router, producerId, router);
    } catch (error) {
      this.#logger.debug({ err: error, producerId }, 'a producer could not be piped');
      return null;
    }
    try {
      const rtpCapabilities =
        seat.congestionControl && isLayered(of.producer) ? capabilities : withoutCongestionControl(capabilities);
      if (!router.router.canConsume({ producerId, rtpCapabilities })) {
        this.#pipes.release(of.router, producerId, router);
        return null;
      }
      consumer = await openOn(transport, transport.consume({ producerId, rtpCapabilities, paused: true }));
    } catch (error) {
      this.#pipes.release(of.router, producerId, router);
      this.#logger.debug({ err: error, producerId }, 'a consumer could not be opened');
      return null;
    }
    const kept = this.#keepConsumer(seat, receive, consumer, of);
    return consumer.closed ? null : offerOf(kept);
  }

  #keepConsumer(seat: SeatMedia, receive: ReceiveTransport, consumer: types.Consumer, of: StageProducer): SeatConsumer {
    receive.awaitsNoMore();
    const load = new ConsumerLoad(receive.router.worker.load, of.rates.rateOf(consumer.currentLayers?.spatialLayer));
    const end = () => {
      receive.consumers.delete(consumer.id);
      load.count(false);
      this.#pipes.release(of.router, consumer.producerId, receive.router);
      this.noteHearing(seat);
    };
    const kept = { consumer, of, control: new ConsumerControl(consumer, load) };
    receive.consumers.set(consumer.id, kept);
    // It is paused: what it is held back by holds before it runs.
    void kept.control.hold(holdFor(this.#step, kept, receive)).catch(() => undefined);
    if (consumer.closed) {
      end();
      return kept;
    }
    consumer.observer.once('close', end);
    consumer.on('layerschange', (layers) => {
      load.follow(of.rates.rateOf(layers?.spatialLayer));
    });
    consumer.on('producerclose', () => this.emit('closed', seat.seatId, consumer.id));
    return kept;
  }

  async #setPaused(seat: SeatMedia, consumerIds: readonly string[], paused: boolean): Promise<void> {
    await withClientParameters(() =>
      Promise.all(consumerIds.map(async (consumerId) => seat.consumer(consumerId)?.control.setPaused(paused))),
    );
    this.noteHearing(seat);
    await this.#reviewHolds(seat);
  }

  /** What a page shows large may have changed, and with it what is a thumbnail. */
  async #reviewHolds(seat: SeatMedia): Promise<void> {
    if (this.#step !== 'none') await this.#holdBack(seat);
  }

  async #holdBack(seat: SeatMedia): Promise<void> {
    const receive = seat.receive;
    if (!receive) return;
    const kept = [...receive.consumers.values()];
    const heldBefore = heldBack(kept);
    await Promise.all(kept.map((each) => each.control.hold(holdFor(this.#step, each, receive)).catch(() => undefined)));
    // A screen's sound may be all that was heard.
    this.noteHearing(seat);
    const held = heldBack([...receive.consumers.values()]);
    if (held.join() !== heldBefore.join()) this.emit('held-back', seat.seatId, held);
  }
}

function heldBack(kept: readonly SeatConsumer[]): string[] {
  return kept.filter(({ control }) => control.heldBack).map(({ consumer }) => consumer.id);
}

/** Does it for everybody who receives, a few of each worker at a time: no worker waits for another one, which may be frozen. */
async function inBatches(everybody: Iterable<SeatMedia>, work: (seat: SeatMedia) => Promise<void>): Promise<void> {
  const byRouter = Map.groupBy(everybody, ({ receive }) => receive?.router);
  byRouter.delete(undefined);
  const served = [...byRouter.values()].map(async (seats) => {
    for (let from = 0; from < seats.length; from += BATCH) await Promise.all(seats.slice(from, from + BATCH).map(work));
  });
  await Promise.all(served);
}
