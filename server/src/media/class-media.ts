import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { LecternError } from '@lectern/contracts';
import type {
  ClientBody,
  ConnectionQuality,
  ConsumerOffer,
  LinkStats,
  MediaSource,
  SeatId,
  TransportOptions,
} from '@lectern/contracts';
import { Audience } from './audience.ts';
import { ClassRouters } from './class-routers.ts';
import { ClassShedding } from './class-shedding.ts';
import type { ClassRouter, TransportPurpose } from './class-router.ts';
import { orMediaGone, withClientParameters } from './client-fault.ts';
import { BarredLinks } from './barred-links.ts';
import { askedStageBitrate } from './flood-watch.ts';
import type { FirstLinkPace } from './first-links.ts';
import type { FloodWatch, WatchedSeat } from './flood-watch.ts';
import { iceServers } from './ice-servers.ts';
import { linkStats } from './link-stats.ts';
import type { MediaConfig } from './media-config.ts';
import type { MediaWorker } from './media-worker.ts';
import type { MediaWorkers } from './media-workers.ts';
import { keepTransport } from './kept-transport.ts';
import { NarrowLinks } from './narrow-links.ts';
import { SeatMedia } from './seat-media.ts';
import type { SeatTransport } from './seat-media.ts';
import { usualPacketsPerSecond } from './packet-load.ts';
import { hasRoomForSound } from './room-for-sound.ts';
import { sentPerSecond } from './sent-packets.ts';
import { SignalProducers } from './signal-producers.ts';
import { StageProducers } from './stage-producers.ts';
import type { ProduceRequest } from './stage-producers.ts';

interface Events {
  'producer-closed': [SeatId, string];
  'consumers-opened': [SeatId, ConsumerOffer[]];
  'consumers-closed': [SeatId, string[]];
  speaking: [SeatId[]];
  /** How many of the connected audience receive the stage's sound now. */
  'hearing-changed': [number];
  /** This seat's link is up and brings what it asked for. Told again with each change of the link. */
  receiving: [SeatId];
  /** This seat sent far more over its stage link than any page does: what it published is closed. */
  flooded: [SeatId];
  /** Bytes of one datagram as they came in. */
  signal: [SeatId, Uint8Array];
  /** These seats lost their media with a worker; presenters first. */
  reset: [SeatId[]];
  /** All consumers of a seat that are kept back now. */
  'consumers-held-back': [SeatId, string[]];
  closed: [];
}

/** The media of one class. Knows seats, not names; who may do what is decided before. */
export class ClassMedia extends EventEmitter<Events> {
  readonly #config: MediaConfig;
  readonly #logger: Logger;
  readonly #floods: Pick<FloodWatch, 'lastLook'>;
  readonly #routers: ClassRouters;
  readonly #audience: Audience;
  readonly #narrowLinks: NarrowLinks;
  readonly #seats = new Map<SeatId, SeatMedia>();
  readonly #stage = new StageProducers();
  readonly #signals: SignalProducers;
  readonly shedding: ClassShedding;
  /** A load test's. */
  readonly synthetic: boolean;
  /** Seats whose transports went with a worker, and whether they published. */
  readonly #lost = new Map<SeatId, boolean>();
  readonly #barred: BarredLinks;
  #closed = false;

  constructor(
    config: MediaConfig,
    workers: MediaWorkers,
    floods: Pick<FloodWatch, 'lastLook'>,
    logger: Logger,
    synthetic: boolean,
  ) {
    super();
    this.synthetic = synthetic;
    this.#config = config;
    this.#floods = floods;
    this.#logger = logger;
    this.#barred = new BarredLinks(config.floodLimits.barMs);
    this.#routers = new ClassRouters(workers);
    this.#routers.on('lost', () => {
      this.#onWorkerLost();
    });
    this.#audience = new Audience(logger);
    this.#narrowLinks = new NarrowLinks(this.#audience, logger);
    this.shedding = new ClassShedding(this.#routers, this.#audience, this.#seats);
    this.#audience.on('opened', (seatId, offers) => this.emit('consumers-opened', seatId, offers));
    this.#audience.on('closed', (seatId, consumerId) => this.emit('consumers-closed', seatId, [consumerId]));
    this.#audience.on('held-back', (seatId, consumerIds) => this.emit('consumers-held-back', seatId, consumerIds));
    this.#audience.on('hearing-changed', (hearing) => this.emit('hearing-changed', hearing));
    this.#audience.on('receiving', (seatId) => this.emit('receiving', seatId));
    this.#stage.on(
      'opened',
      (producer) => void this.#audience.offer(producer, this.#seats.values(), () => this.#stage.all()),
    );
    this.#stage.on('closed', (seatId, producerId) => this.emit('producer-closed', seatId, producerId));
    this.#stage.on('speaking', (seatIds) => this.emit('speaking', seatIds));
    this.#signals = new SignalProducers({
      accept: (seatId, bytes) => this.emit('signal', seatId, bytes),
      flooded: (seat) => {
        this.cutFlood(seat, 'signal');
      },
      datagramsPerSecond: config.floodLimits.datagramsPerSecond,
    });
  }

  /** How many of the connected audience receive the stage's sound now. */
  get hearing(): number {
    return this.#audience.hearing;
  }

  /** From now on the links of those who waited for something to receive come up as this says. */
  paceFirstLinks(pace: FirstLinkPace): void {
    this.#audience.pace = pace;
  }

  /** Who speaks now, loudest first. */
  get speaking(): readonly SeatId[] {
    return this.#stage.speaking;
  }

  /** What is open now, for the operator and for tests that look for orphans. */
  counts(): {
    seats: number;
    routers: number;
    transports: number;
    producers: number;
    consumers: number;
    pipes: number;
  } {
    let transports = 0;
    let consumers = 0;
    for (const seat of this.#seats.values()) {
      transports += seat.transports.size;
      consumers += seat.receive?.consumers.size ?? 0;
    }
    return {
      seats: this.#seats.size,
      routers: this.#routers.count,
      transports,
      producers: this.#stage.count,
      consumers,
      pipes: this.#audience.pipes,
    };
  }

  /** Throws `too-many`, with the time to wait, for a seat that flooded its last link of this kind. */
  checkBar(seatId: SeatId, purpose: TransportPurpose): void {
    this.#barred.check(seatId, purpose);
  }

  /**
   * Opens a transport; one that the seat has for this purpose already is closed with all that runs over it. `onSettled` is called once this
   * one's link is up, and when it closes; not where nothing was opened. Rejects with `too-many`, with the time to wait, for a seat that flooded
   * its last link of this kind.
   */
  openTransport(
    seatId: SeatId,
    student: boolean,
    purpose: TransportPurpose,
    onSettled: () => void = () => undefined,
  ): Promise<TransportOptions> {
    if (this.#closed) throw new LecternError('media-gone');
    const seat = this.#seat(seatId, student);
    return seat.inTurn(async () => {
      this.checkBar(seatId, purpose);
      const closed = seat.closeTransport(purpose);
      const { router, transport } = await orMediaGone(async () => {
        const on = await this.#routerFor(seat, purpose);
        const opened = await on.createTransport(purpose, seatId);
        if (purpose === 'stage') await opened.setMaxIncomingBitrate(askedStageBitrate(this.#config.floodLimits));
        return { router: on, transport: opened };
      });
      try {
        // Answered by now, unless by another worker: that one is waited for a second at most.
        await closed;
        this.checkBar(seatId, purpose);
        // It may have gone with its worker meanwhile.
        if (seat.closed || transport.closed) throw new LecternError('media-gone');
      } catch (error) {
        transport.close();
        throw error;
      }
      keepTransport(seat, { purpose, router, transport, openedMs: performance.now() }, this.#audience, {
        onSettled,
        onClosing: (kept) => this.#closing(seat, kept),
        onLost: () => {
          this.#lost.set(seatId, purpose === 'stage' || (this.#lost.get(seatId) ?? false));
        },
      });
      return {
        transportId: transport.id,
        iceParameters: transport.iceParameters,
        iceCandidates: transport.iceCandidates,
        dtlsParameters: transport.dtlsParameters,
        ...(transport.sctpParameters ? { sctpParameters: transport.sctpParameters } : {}),
        iceServers: iceServers(this.#config.turn, Date.now()),
      };
    });
  }

  async connectTransport(
    seatId: SeatId,
    { transportId, dtlsParameters }: ClientBody<'connect-transport'>,
  ): Promise<void> {
    const { transport } = this.#seatOf(seatId).transport(transportId);
    await withClientParameters(() => transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters }));
  }

  async restartIce(seatId: SeatId, transportId: string): Promise<types.IceParameters> {
    const { transport } = this.#seatOf(seatId).transport(transportId);
    return withClientParameters(() => transport.restartIce());
  }

  /**
   * Says what the device can decode, and opens a paused consumer for everything on the stage, at once or when the seat has its turn for its first link.
   * Gives all that there are.
   */
  receive(seatId: SeatId, { transportId, rtpCapabilities }: ClientBody<'receive'>): Promise<ConsumerOffer[]> {
    const seat = this.#seatOf(seatId);
    return seat.inTurn(async () => {
      seat.transport(transportId, 'receive');
      if (!seat.receive) throw new LecternError('media-gone');
      seat.receive.capabilities = rtpCapabilities as types.RtpCapabilities;
      this.offerStage(seatId);
      // It may have its turn at once.
      if (!this.#audience.isTurnDue(seat)) await this.#audience.open(seat, this.#stage.all());
      return seat.offers();
    });
  }

  /** Offers a seat that waits for its first link all that is on the stage, when it has its turn. */
  offerStage(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    const stage = () => this.#stage.all();
    if (!seat?.receive?.capabilities || stage().length === 0 || !this.#audience.isTurnDue(seat)) return;
    void this.#audience.offerInTurn(seat, stage);
  }

  /** Ids that are gone already are passed over: the page hears of them in a moment. */
  async resumeConsumers(seatId: SeatId, consumerIds: readonly string[]): Promise<void> {
    await this.#audience.resume(this.#seatOf(seatId), consumerIds);
  }

  async pauseConsumers(seatId: SeatId, consumerIds: readonly string[]): Promise<void> {
    await this.#audience.pause(this.#seatOf(seatId), consumerIds);
  }

  async preferLayers(seatId: SeatId, body: ClientBody<'prefer-layers'>): Promise<void> {
    await this.#audience.preferLayers(this.#seatOf(seatId), body);
  }

  /** The page of this seat says how good its link is. */
  noteQuality(seatId: SeatId, quality: ConnectionQuality): void {
    const seat = this.#seats.get(seatId);
    if (seat) this.#narrowLinks.note(seat, quality, performance.now());
  }

  /** Publishes a source; one that the seat published under the same name before is closed. Gives the producer's id. */
  produce(seatId: SeatId, request: ProduceRequest): Promise<string> {
    const seat = this.#seatOf(seatId);
    this.#lookBeforeClosing(seat);
    return this.#stage.open(seat, request);
  }

  /** True while the seat's receiving link is up and brings what it asked for. */
  receives(seatId: SeatId): boolean {
    return this.#seats.get(seatId)?.receivesNow() ?? false;
  }

  /** True when the workers can carry so many more of this, each to all who receive; sound in packets of `audioPtimeMs`. */
  hasRoomFor(source: 'microphone' | 'screen-audio', count: number, audioPtimeMs: number): boolean {
    return hasRoomForSound(this.#seats.values(), count * usualPacketsPerSecond(source, audioPtimeMs));
  }

  /** True while this seat sends of this source. */
  sends(seatId: SeatId, source: MediaSource): boolean {
    const own = this.#seats.get(seatId)?.producers.values() ?? [];
    return [...own].some((published) => published.source === source && !published.producer.paused);
  }

  /** True while this seat's producer is open. */
  isPublishing(seatId: SeatId, producerId: string): boolean {
    return this.#seats.get(seatId)?.producers.has(producerId) ?? false;
  }

  async pauseProducer(seatId: SeatId, producerId: string): Promise<void> {
    const { producer } = this.#seatOf(seatId).producer(producerId);
    await orMediaGone(() => producer.pause());
  }

  async resumeProducer(seatId: SeatId, producerId: string): Promise<void> {
    const { producer } = this.#seatOf(seatId).producer(producerId);
    await orMediaGone(() => producer.resume());
  }

  closeProducer(seatId: SeatId, producerId: string): void {
    const seat = this.#seatOf(seatId);
    const { producer } = seat.producer(producerId);
    this.#lookBeforeClosing(seat);
    producer.close();
  }

  /** Opens the one data producer of a seat; an earlier one is closed. Gives its id. */
  produceSignal(seatId: SeatId, body: ClientBody<'produce-signal'>): Promise<string> {
    return this.#signals.open(this.#seatOf(seatId), body);
  }

  /** Says whether a seat's signalling is connected: who is not does not count as hearing. */
  setConnected(seatId: SeatId, connected: boolean): void {
    const seat = this.#seats.get(seatId);
    if (!seat) return;
    seat.connected = connected;
    this.#audience.noteHearing(seat);
  }

  /** Measures what arrives from the stage; to be called every few seconds. */
  sampleRates(): Promise<void> {
    return this.#stage.sampleRates();
  }

  /** Packets that each worker sent to this class each second between the last two samples. */
  sentPerSecond(): ReadonlyMap<MediaWorker, number> {
    return sentPerSecond(this.#seats.values());
  }

  /** Everybody with media here. */
  seats(): Iterable<SeatMedia> {
    return this.#seats.values();
  }

  /** Cuts the link of a seat that floods it, or what is open in its place, and opens no other one of its kind to a student for a while. */
  cutFlood({ seatId, student }: Pick<WatchedSeat, 'seatId' | 'student'>, purpose: TransportPurpose): void {
    this.#logger.warn({ seatId, purpose }, 'a link sent far more than pages do and was closed');
    // Whoever teaches may begin anew at once: their voice is the class.
    if (student) this.#barred.bar(seatId, purpose);
    // Not asked again: what it brought is known.
    this.#seats.get(seatId)?.transports.get(purpose)?.transport.close();
    if (purpose === 'stage') this.emit('flooded', seatId);
  }

  /** Closes the seat's link for this purpose with all that runs over it; nothing where there is none. */
  closeLink(seatId: SeatId, purpose: TransportPurpose): void {
    void this.#seats.get(seatId)?.closeTransport(purpose);
  }

  /** Closes everything of a seat. */
  closeSeat(seatId: SeatId): void {
    const seat = this.#seats.get(seatId);
    if (!seat) return;
    this.#seats.delete(seatId);
    seat.close();
    this.#audience.noteHearing(seat);
  }

  linkStats(seatId: SeatId): Promise<LinkStats> {
    const seat = this.#seats.get(seatId);
    return linkStats(seat ?? new SeatMedia(seatId, true));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const seatId of [...this.#seats.keys()]) this.closeSeat(seatId);
    this.#routers.close();
    this.emit('closed');
    this.removeAllListeners();
  }

  /** A student who has a link closed in time is cut all the same. At the end of a class nobody opens one anew. */
  async #closing(seat: SeatMedia, link: SeatTransport): Promise<void> {
    if (seat.student && !this.#closed) await this.#floods.lastLook(this, seat, link);
  }

  /** A producer that is made anew between two looks is counted all the same. */
  #lookBeforeClosing(seat: SeatMedia): void {
    const stage = seat.transports.get('stage');
    if (stage && seat.producers.size > 0) void this.#closing(seat, stage);
  }

  #seat(seatId: SeatId, student: boolean): SeatMedia {
    const seat = this.#seats.get(seatId) ?? new SeatMedia(seatId, student);
    this.#seats.set(seatId, seat);
    return seat;
  }

  #seatOf(seatId: SeatId): SeatMedia {
    const seat = this.#seats.get(seatId);
    if (!seat) throw new LecternError('media-gone');
    return seat;
  }

  /** The stage is on the ingest router; a seat's other transports share one router. */
  #routerFor(seat: SeatMedia, purpose: TransportPurpose): Promise<ClassRouter> {
    if (purpose === 'stage') return this.#routers.ingest();
    const other = seat.transports.get(purpose === 'signal' ? 'receive' : 'signal')?.router;
    return other && !other.closed ? Promise.resolve(other) : this.#routers.leastLoaded();
  }

  /** Everybody with a transport on a dead worker begins anew, presenters first; the others keep what they have. */
  #onWorkerLost(): void {
    const lost = [...this.#lost].sort(([, a], [, b]) => Number(b) - Number(a)).map(([seatId]) => seatId);
    this.#lost.clear();
    for (const seatId of lost) this.closeSeat(seatId);
    if (lost.length > 0) this.emit('reset', lost);
  }
}
