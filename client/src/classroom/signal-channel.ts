import { LecternError, type SignalDatagram, type WindowOutcome, type WireRtpCapabilities } from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import { DatagramGate, NotADatagramError } from './datagram-gate.ts';
import { DatagramOutbox, type SentDatagram, type SentTotals } from './datagram-outbox.ts';
import type { MediaDevice } from './media-device.ts';
import type { Signalling } from './signalling-client.ts';
import { TransportLink } from './transport-link.ts';
import { TypedEvents } from './typed-events.ts';

const LOOK_EVERY_MS = 5000;
const RETRY_MS = 2000;

/** A window as this device knows it: with the reason for no score, which is kept beside the datagram and never in it. */
export interface KnownWindow extends SignalDatagram {
  readonly outcome: WindowOutcome;
}

interface ChannelEvents {
  /** Another datagram, or another state of one: the last ones, and what has gone out so far. */
  sent: { readonly shown: readonly SentDatagram[]; readonly totals: SentTotals };
}

/**
 * The way of datagrams to the server: a send transport of its own with one unordered, reliable data channel. Opened only
 * after the permission; what is not acknowledged is sent again when it opens anew, when signalling is back, and after a while.
 */
export class SignalChannel {
  readonly #events = new TypedEvents<ChannelEvents>();
  readonly #signalling: Signalling;
  readonly #device: Pick<MediaDevice, 'load'>;
  readonly #link: TransportLink;
  readonly #outbox = new DatagramOutbox();
  #gate = new DatagramGate();
  #capabilities: WireRtpCapabilities | null = null;
  #channel: types.DataProducer | null = null;
  #wanted = false;
  #opening: Promise<void> | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setInterval> | undefined;

  constructor(signalling: Signalling, device: Pick<MediaDevice, 'load'>) {
    this.#signalling = signalling;
    this.#device = device;
    this.#link = new TransportLink(signalling, 'signal');
    this.#link.on('broken', () => {
      this.#retry(0);
    });
  }

  on = this.#events.on.bind(this.#events);

  /** Opens the channel and keeps it open until `close()`. */
  open(capabilities: WireRtpCapabilities): void {
    this.#capabilities = capabilities;
    if (!this.#wanted) this.#gate = new DatagramGate();
    this.#wanted = true;
    this.#lookTimer ??= setInterval(() => {
      this.#transmit(this.#outbox.unanswered(new Date()));
      this.#tell();
    }, LOOK_EVERY_MS);
    if (this.#channel === null) this.#retry(0);
  }

  /** After signalling came back: finds out whether the channel is still there, and sends what no answer came for meanwhile. */
  check(): void {
    if (!this.#wanted) return;
    this.#transmit(this.#outbox.waiting(new Date()));
    if (this.#link.transport === null) this.#retry(0);
    else void this.#link.check();
  }

  /**
   * Keeps the datagram of a window and sends it, now or once the channel is open. A window that was sent already, or that is none of now by
   * the class clock (null: not known), is not. Throws NotADatagramError when anything else was about to leave; the channel is closed then.
   */
  send(signal: KnownWindow, classMs: number | null): void {
    if (!this.#wanted) return;
    const bytes = this.#gate.make(signal, classMs);
    if (bytes === null) return;
    const datagram = { bytes, window: signal.window, outcome: signal.outcome };
    if (!this.#outbox.add({ ...datagram, at: new Date() })) return;
    this.#transmit([datagram]);
    this.#tell();
  }

  acknowledged(stored: readonly number[], notCounted: readonly number[]): void {
    this.#outbox.acknowledge(stored, notCounted);
    this.#tell();
  }

  /** The server lost this seat's media: the channel anew after this long. */
  reset(afterMs: number): void {
    this.#drop();
    this.#retry(afterMs);
  }

  /** Ends the channel; nothing is sent any more, what waited is given up. */
  close(): void {
    this.#wanted = false;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#drop();
    this.#outbox.abandon();
    this.#tell();
  }

  #drop(): void {
    this.#channel = null;
    this.#link.close();
  }

  #retry(afterMs: number): void {
    this.#channel = null;
    clearTimeout(this.#retryTimer);
    if (this.#wanted) this.#retryTimer = setTimeout(() => void this.#openOnce(), afterMs);
  }

  #openOnce(): Promise<void> {
    this.#opening ??= this.#open()
      .catch((error: unknown) => {
        // Without signalling its return begins anew. A refusal stands until the page is told otherwise.
        const refused =
          error instanceof LecternError && (error.code === 'signal-off' || error.code === 'permission-missing');
        this.#drop();
        if (!refused && this.#signalling.connected) this.#retry(RETRY_MS);
      })
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (this.#capabilities === null || !this.#wanted) return;
    const transport = await this.#link.open(this.#device.load(this.#capabilities));
    const channel = await transport.produceData({ ordered: false, label: 'signal' });
    // Taken back meanwhile: close() has closed the transport, and the channel with it.
    if (channel.closed) return;
    this.#channel = channel;
    channel.on('close', () => {
      if (this.#channel === channel) this.#link.break();
    });
    if (channel.readyState === 'open') this.#sendWaiting();
    else
      channel.once('open', () => {
        this.#sendWaiting();
      });
  }

  #sendWaiting(): void {
    this.#transmit(this.#outbox.waiting(new Date()));
    this.#tell();
  }

  /** Sends while the channel is open; what cannot be sent now goes out once it is. */
  #transmit(datagrams: readonly Pick<SentDatagram, 'window' | 'bytes' | 'outcome'>[]): void {
    const channel = this.#channel;
    if (channel?.readyState !== 'open') return;
    try {
      for (const { bytes } of datagrams) this.#gate.pass(bytes, channel);
    } catch (error) {
      if (error instanceof NotADatagramError) this.close();
      throw error;
    }
    this.#outbox.noteSent(datagrams, new Date());
  }

  #tell(): void {
    const { shown, totals } = this.#outbox;
    this.#events.emit('sent', { shown, totals });
  }
}
