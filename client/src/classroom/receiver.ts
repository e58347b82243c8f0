import {
  LecternError,
  type ConsumerOffer,
  type MediaSource,
  type SeatId,
  type WireRtpCapabilities,
} from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import type { MediaDevice } from './media-device.ts';
import type { Signalling } from './signalling-client.ts';
import { TransportLink } from './transport-link.ts';
import { TypedEvents } from './typed-events.ts';

/** One remote track as it plays. */
export interface RemoteTrack {
  readonly producerId: string;
  readonly seatId: SeatId;
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
}

interface ReceiverEvents {
  added: RemoteTrack;
  removed: { producerId: string };
  /** The server sends it now, whatever it was told before. */
  resumed: { producerId: string };
  /** The producers that the server keeps back to stay within its budget, whole. */
  'held-back': { producerIds: string[] };
  /** The first packets of anything arrived. Once. */
  'first-media': undefined;
  /** The library knows no way to receive in this browser: it is not tried again. */
  unsupported: undefined;
}

interface Held {
  readonly offer: ConsumerOffer;
  readonly consumer: types.Consumer;
}

/**
 * What this page receives: one transport, one consumer for each producer on the stage, resumed together. Brings itself
 * back when the transport breaks, and finds what it missed after signalling was away.
 */
export class Receiver {
  readonly #events = new TypedEvents<ReceiverEvents>();
  readonly #signalling: Signalling;
  readonly #device: Pick<MediaDevice, 'load'>;
  readonly #link: TransportLink;
  readonly #held = new Map<string, Held>();
  /** Those of them that the server has resumed on this connection. */
  readonly #resumed = new Set<string>();
  /** Consumers that the server keeps back, also some that are only on their way here. */
  #heldBack: ReadonlySet<string> = new Set();
  #capabilities: WireRtpCapabilities | null = null;
  #work: Promise<unknown> = Promise.resolve();
  /** How much of it is still to be done. */
  #inWork = 0;
  #hadMedia = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(signalling: Signalling, device: Pick<MediaDevice, 'load'>) {
    this.#signalling = signalling;
    this.#device = device;
    this.#link = new TransportLink(signalling, 'receive');
    this.#link.on('broken', () => {
      this.#rebuild();
    });
  }

  on = this.#events.on.bind(this.#events);

  get hadMedia(): boolean {
    return this.#hadMedia;
  }

  /** Its transport, for statistics; null while there is none. */
  get transport(): types.Transport | null {
    return this.#link.transport;
  }

  /** The newest consumer's offer by producer; undefined while there is none. */
  offerOf(producerId: string): ConsumerOffer | undefined {
    return [...this.#held.values()].findLast(({ offer }) => offer.producerId === producerId)?.offer;
  }

  /**
   * Starts receiving, where asked so later by so much, or after a reconnect checks what is still there and proves the path: what cut off signalling, a changed
   * address above all, the browser notices of the media only seconds later. Never rejects: what fails is tried again.
   */
  start(capabilities: WireRtpCapabilities, afterMs = 0): Promise<void> {
    this.#capabilities = capabilities;
    if (afterMs > 0) {
      if (!this.#isUnderWay()) this.#rebuild(afterMs);
      return Promise.resolve();
    }
    this.#stopRetry();
    return this.#inTurn(() => (this.#link.transport === null ? this.#open() : this.#resync(this.#link.transport)));
  }

  /** The server has opened more consumers. */
  opened(offers: readonly ConsumerOffer[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#link.transport !== null) await this.#consume(this.#link.transport, offers);
    });
  }

  /** The server keeps back these consumers and no others. */
  heldBack(consumerIds: readonly string[]): void {
    this.#heldBack = new Set(consumerIds);
    this.#tellHeldBack();
  }

  /** The server has closed consumers: their producers are gone, or have newer ones. */
  closed(consumerIds: readonly string[]): Promise<void> {
    return this.#inTurn(() => {
      for (const consumerId of consumerIds) this.#drop(consumerId);
      return Promise.resolve();
    });
  }

  /** The server lost this seat's media: everything anew after this long. */
  reset(afterMs: number): void {
    this.#rebuild(afterMs);
  }

  close(): void {
    this.#stopRetry();
    this.#capabilities = null;
    this.#dropAll();
    this.#link.close();
  }

  async #open(): Promise<void> {
    const capabilities = this.#capabilities;
    if (capabilities === null) return;
    this.#dropAll();
    const device = this.#device.load(capabilities);
    const transport = await this.#link.open(device);
    await this.#receive(transport, (await device).recvRtpCapabilities as WireRtpCapabilities);
  }

  async #resync(transport: types.Transport): Promise<void> {
    if (this.#capabilities === null) return;
    const device = await this.#device.load(this.#capabilities);
    try {
      await this.#receive(transport, device.recvRtpCapabilities as WireRtpCapabilities);
      await this.#link.check();
    } catch (error) {
      if (!(error instanceof LecternError) || error.code !== 'media-gone') throw error;
      this.#link.close();
      await this.#open();
    }
  }

  async #receive(transport: types.Transport, rtpCapabilities: WireRtpCapabilities): Promise<void> {
    const { consumers } = await this.#signalling.request('receive', { transportId: transport.id, rtpCapabilities });
    // What was asked over an earlier connection may never have arrived.
    this.#resumed.clear();
    this.#heldBack = new Set();
    const current = new Set(consumers.map(({ consumerId }) => consumerId));
    for (const consumerId of [...this.#held.keys()]) if (!current.has(consumerId)) this.#drop(consumerId);
    await this.#consume(transport, consumers);
  }

  async #consume(transport: types.Transport, offers: readonly ConsumerOffer[]): Promise<void> {
    const heldBack = offers.filter((offer) => offer.heldBack).map(({ consumerId }) => consumerId);
    this.#heldBack = new Set([...this.#heldBack, ...heldBack]);
    const fresh = offers.filter(({ consumerId }) => !this.#held.has(consumerId));
    if (transport.closed) return;
    // Called in one go, the library negotiates them in one go.
    const consumers = await Promise.all(
      fresh.map(async (offer) => ({ offer, consumer: await transport.consume(consumerOptions(offer)) })),
    );
    for (const held of consumers) this.#keep(held);
    this.#tellHeldBack();
    await this.#resume();
  }

  /** The server opens consumers paused: everything held runs once this has resolved. */
  async #resume(): Promise<void> {
    const waiting = [...this.#held.values()].filter(({ offer }) => !this.#resumed.has(offer.consumerId));
    if (waiting.length === 0) return;
    await this.#signalling.request('resume-consumers', {
      consumerIds: waiting.map(({ offer }) => offer.consumerId),
    });
    for (const { offer } of waiting) {
      this.#resumed.add(offer.consumerId);
      this.#events.emit('resumed', { producerId: offer.producerId });
    }
  }

  #keep(held: Held): void {
    const { offer, consumer } = held;
    this.#held.set(offer.consumerId, held);
    const { producerId, seatId, source, producerPaused } = offer;
    if (!this.#hadMedia) consumer.track.addEventListener('unmute', this.#firstMedia, { once: true });
    this.#events.emit('added', { producerId, seatId, source, track: consumer.track, paused: producerPaused });
  }

  #tellHeldBack(): void {
    const offers = [...this.#held.values()].map(({ offer }) => offer);
    const producerIds = offers
      .filter(({ consumerId }) => this.#heldBack.has(consumerId))
      .map(({ producerId }) => producerId);
    this.#events.emit('held-back', { producerIds });
  }

  readonly #firstMedia = (): void => {
    if (this.#hadMedia) return;
    this.#hadMedia = true;
    this.#events.emit('first-media', undefined);
  };

  #drop(consumerId: string): void {
    const held = this.#held.get(consumerId);
    if (held === undefined) return;
    this.#held.delete(consumerId);
    this.#resumed.delete(consumerId);
    held.consumer.close();
    // The same producer may have a newer consumer already.
    if (this.offerOf(held.offer.producerId) === undefined)
      this.#events.emit('removed', { producerId: held.offer.producerId });
  }

  #dropAll(): void {
    for (const consumerId of [...this.#held.keys()]) this.#drop(consumerId);
  }

  #rebuild(afterMs = 0): void {
    this.#stopRetry();
    this.#link.close();
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      void this.#inTurn(() => this.#open());
    }, afterMs);
  }

  #stopRetry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }

  /** It receives, is opening, or will open by itself. */
  #isUnderWay(): boolean {
    return this.#link.transport !== null || this.#inWork > 0 || this.#retryTimer !== undefined;
  }

  /** One thing after the other. A failure is tried again while signalling is up; its return starts anew anyway. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#inWork += 1;
    const done = this.#work.then(work).finally(() => (this.#inWork -= 1));
    const result = done.catch((error: unknown) => {
      if (this.#capabilities === null || !this.#signalling.connected) return;
      if (error instanceof LecternError && error.code === 'class-not-live') return;
      if (error instanceof Error && error.name === 'UnsupportedError') {
        this.#events.emit('unsupported', undefined);
        return;
      }
      console.warn('receiving is tried again', error);
      this.#rebuild(1000 + Math.random() * 1000);
    });
    this.#work = result;
    return result;
  }
}

function consumerOptions({
  consumerId,
  producerId,
  kind,
  rtpParameters,
  seatId,
}: ConsumerOffer): types.ConsumerOptions {
  // Sound and picture of one seat share a stream, so that the browser keeps them in step.
  return { id: consumerId, producerId, kind, rtpParameters, streamId: seatId } as unknown as types.ConsumerOptions;
}
